"""`GET /api/reports/overdue`."""

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from customers.reorders.export import overdue_export
from customers.reorders.rhythm import LOST, OVERDUE
from customers.reorders.selectors import OverdueFilter, overdue_list
from packprod.api.answers import pagination
from packprod.api.choices import choice, short_text
from packprod.api.parameters import (
    FORMAT_PARAMETERS,
    PAGE_PARAMETERS,
    page_params,
    refuse_unknown_parameters,
    requested_format,
)
from packprod.dates import utc_now
from packprod.observability.timing import timed
from reports.answers import report_ok
from reports.overdue_schema import list_overdue
from reports.parameters import asked_segment

ALL = "all"


STATES = (OVERDUE, LOST, ALL)


FILTERS = ("state", "search", "segment", "contactID", "productCode", "order")


class OverdueView(APIView):
    """`GET /api/reports/overdue`"""

    required_scope = "api:read"
    required_permission = "customers.view_customer"

    @list_overdue
    def get(self, request: Request) -> HttpResponseBase:
        """Customers and products whose next order was expected before today and did not come."""
        refuse_unknown_parameters(request, (*FILTERS, *PAGE_PARAMETERS, *FORMAT_PARAMETERS))
        wanted, now = asked_overdue(request), utc_now()
        if file_format := requested_format(request):
            return overdue_export(wanted, format=file_format, now=now)
        scope = f"overdue:{wanted}"
        params = page_params(request, scope=scope)
        with timed("reportOverdue") as reading:
            page = overdue_list(wanted, limit=params.limit, position=params.position, now=now)
            reading.hit(items=len(page.items))
        return report_ok(
            page.items,
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )


def asked_overdue(request: Request) -> OverdueFilter:
    """Which entries. Raises InvalidInput naming the parameter."""
    state = choice(request, "state", STATES, default=OVERDUE)
    return OverdueFilter(
        state="" if state == ALL else state,
        contact_id=short_text(request, "contactID"),
        product_code=short_text(request, "productCode").strip(),
        search=short_text(request, "search").strip(),
        segment=asked_segment(request),
        descending=choice(request, "order", ("asc", "desc"), default="asc") == "desc",
    )
