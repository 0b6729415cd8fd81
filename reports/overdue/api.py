"""`GET /api/reports/overdue`."""

from typing import Literal

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from customers.metrics import SEGMENTS
from customers.reorders.api import LOST_RULE, REORDER, RULE, ReorderJson, reorder_json
from customers.reorders.export import overdue_export
from customers.reorders.rhythm import LOST, OVERDUE
from customers.reorders.selectors import OverdueFilter, overdue_list
from packprod.api.answers import pagination
from packprod.api.operations import FILES, operation, page_of
from packprod.api.parameters import LIST_FORMAT, LONGEST_TEXT, PAGING, Choice, Text, page_params, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from packprod.rights import OVERDUE_REORDERS
from reports.api import report_ok

ALL = "all"

STATE = Choice("state", (OVERDUE, LOST, ALL), f"Which entries. {LOST_RULE}", default=OVERDUE)
SEARCH = Text(
    "search",
    "Only customers found by this, as in the list of customers: name, e-mail, company or phone.",
    longest=LONGEST_TEXT,
)
SEGMENT = Choice("segment", SEGMENTS, "Only customers who are in this segment now.")
CONTACT = Text("contactID", "Only this customer.", longest=LONGEST_TEXT)
PRODUCT_CODE = Text("productCode", "Only this product; upper and lower case are the same.", longest=LONGEST_TEXT)
ORDER: Choice[Literal["asc", "desc"]] = Choice(
    "order", ("asc", "desc"), "The longest overdue first, or last.", default="asc"
)
FILTERS = (STATE, SEARCH, SEGMENT, CONTACT, PRODUCT_CODE, ORDER)


def overdue_filter(request: Request) -> OverdueFilter:
    """Which entries. Raises InvalidInput naming the parameter."""
    state = STATE.of(request)
    return OverdueFilter(
        state="" if state == ALL else state,
        contact_id=CONTACT.of(request),
        product_code=PRODUCT_CODE.of(request).strip(),
        search=SEARCH.of(request).strip(),
        segment=SEGMENT.of(request),
        descending=ORDER.of(request) == "desc",
    )


class OverdueView(APIView):
    """`GET /api/reports/overdue`"""

    required_scope = "api:read"
    required_permission = OVERDUE_REORDERS.view
    export_permission = OVERDUE_REORDERS.export

    @operation(
        "listOverdueReorders",
        "List customers overdue to reorder",
        tag="Reports",
        query=(*FILTERS, *PAGING, LIST_FORMAT),
        answers={
            200: page_of(
                ReorderJson,
                f"A page of entries by expected date. {RULE}",
                name="OverduePage",
                example=REORDER,
                source="projection",
            ),
            **FILES,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Customers and products whose next order was expected before today and did not come."""
        filter, now = overdue_filter(request), utc_now()
        if file_format := requested_format(request):
            return overdue_export(filter, format=file_format, now=now)
        scope = f"overdue:{filter}"
        params = page_params(request, scope=scope)
        with timed("reportOverdue") as reading:
            page = overdue_list(filter, limit=params.limit, position=params.position, now=now)
            reading.hit(items=len(page.items))
        return report_ok(
            [reorder_json(row) for row in page.items],
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )
