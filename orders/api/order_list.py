"""The lists of orders over HTTP: what they are filtered and sorted by, their answer, as a page or as a file."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.export import ROWS_OF, RowsOf, order_export
from orders.lists.filter import OrderFilter, customer_groups, group_members, only_odd, searched
from orders.lists.listing import BY_DATE, SORTS, OrderListing, found_orders, is_stored_status
from orders.oddities import ODDITIES
from orders.order_json import ORDER_EXAMPLE, OrderJson, ParkedOrderJson, parked_amount
from orders.statuses import ORDER_STATUSES, SHIPPED
from packprod.api.answers import ok, pagination
from packprod.api.operations import FILES, operation, page_of
from packprod.api.parameters import (
    LIST_FORMAT,
    LONGEST_TEXT,
    PAGING,
    Choice,
    QueryParameter,
    Text,
    page_params,
    refuse_parameter,
    requested_format,
)
from packprod.dates import parse_instant, start_of_business_day, utc_now
from packprod.json_objects import json_array
from packprod.observability.timing import timed
from packprod.readmodels.parked import parked_page
from packprod.rights import ORDERS

# --- What a list is filtered and sorted by -------------------------------------------------------------------------


class _Bound(QueryParameter[datetime | None]):
    """A day becomes its start (or, `days` later, the next one's); an instant stays, plus `step` to include it."""

    def __init__(self, name: str, description: str, *, days: int = 0, step: timedelta = timedelta(0)) -> None:
        examples = {"A day": "2025-10-01", "An instant": "2025-10-01T00:00:00+10:00"}
        super().__init__(name, description, examples=examples)
        self.days = days
        self.step = step

    def read(self, text: str | None) -> datetime | None:
        text = (text or "").strip()
        if not text:
            return None
        try:
            if len(text) == len("2025-10-20"):
                return start_of_business_day(date.fromisoformat(text) + timedelta(days=self.days))
            return parse_instant(text.replace(" ", "+")) + self.step
        except (ValueError, OverflowError):
            example = "2025-10-20 or 2025-10-20T10:30:00Z"
            refuse_parameter(self.name, "invalid", f"{self.name} must be a business day or an instant: {example}.")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}


FROM = _Bound("from", "The first business day, or an instant with an offset.")
TO = _Bound("to", "The last business day (inclusive), or an instant.", days=1, step=timedelta(microseconds=1))


class _StoredStatus(QueryParameter[str]):
    """One of ours, or another that some order has, in any case; only for such a one the engine is asked."""

    def read(self, text: str | None) -> str:
        status = (text or "").strip().lower()
        if status and status not in ORDER_STATUSES and not is_stored_status(status):
            ours = ", ".join(ORDER_STATUSES)
            message = f"{self.name} must be one of {ours}, or one that an order has."
            refuse_parameter(self.name, "invalid_choice", message)
        return status

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST_TEXT, "example": SHIPPED}


STATUS = _StoredStatus(
    "status", f"Only orders of this status: {', '.join(ORDER_STATUSES)}, or any other that is stored."
)
ODD = Choice("odd", tuple(ODDITIES), "Only orders with something odd about them that staff should look at.")
SEARCH = Text(
    "search",
    "The start of an orderReference (also as “#1001” or “Order 1001”), an e-mail or a part of one, a phone number, a "
    "product code, or words of the customer.",
    longest=LONGEST_TEXT,
)
SORT = Choice("sort", SORTS, "What they are sorted by; orders of one total by date.", default=BY_DATE)
DIRECTION = Choice("order", ("desc", "asc"), "Largest, or newest, first; or last.", default="desc")
CONTACT = Text("contactID", "Only this customer's orders.", longest=LONGEST_TEXT)
SEGMENT = Choice("segment", customer_groups, "Only orders of customers who are in this segment now.")
ROWS: Choice[RowsOf] = Choice(
    "rows",
    ROWS_OF,
    "What a row of a file is: an order, or a line of an order (with csv and xlsx only).",
    default="orders",
)
ORDER_FILTERS = (FROM, TO, STATUS, ODD, SEARCH, SORT, DIRECTION)
"""The filters and the sort of every list of orders. The list of all customers' orders has CONTACT and SEGMENT, too."""


def listing_of_request(request: Request, *, contact_id: str, now: datetime) -> OrderListing:
    """A request's list of orders; of one contact where one is named. Raises InvalidInput naming the parameter."""
    sort, descending = SORT.of(request), DIRECTION.of(request) == "desc"
    created_from, created_before = _created_span(request)
    segment = "" if contact_id else SEGMENT.of(request)
    filter = OrderFilter(
        created_from=created_from,
        created_before=created_before,
        status=STATUS.of(request),
        contact_id=contact_id or CONTACT.of(request),
        segment=segment,
        segment_members=group_members(segment, now=now),
    )
    filter = searched(only_odd(filter, ODD.of(request), now=now), SEARCH.of(request))
    return OrderListing(filter, sort=sort, descending=descending)


def _created_span(request: Request) -> tuple[datetime | None, datetime | None]:
    """The instants (inclusive start, exclusive end) of `from` and `to`; None where not given."""
    start, end = FROM.of(request), TO.of(request)
    if start and end and start >= end:
        refuse_parameter("to", "before_from", "to must not lie before from.")
    return start, end


def _rows(request: Request) -> RowsOf:
    """What a row of a file is; a JSON answer knows orders only."""
    rows = ROWS.of(request)
    if rows == "items" and requested_format(request) is None:
        refuse_parameter("rows", "only_with_a_file", "rows=items needs format=csv or format=xlsx.")
    return rows


# --- The lists -----------------------------------------------------------------------------------------------------

ORDER_PAGE = page_of(OrderJson, "Orders, sorted.", example=ORDER_EXAMPLE, source="orders")


def order_list_response(
    request: Request, *, operation_id: str, contact_id: str = "", when_empty: Callable[[], None] = lambda: None
) -> HttpResponseBase:
    """Orders by the request's filters and sort; of one contact where one is named. A page, or all as a file.

    `when_empty` may raise NotFound where there are none.
    """
    now = utc_now()
    listing = listing_of_request(request, contact_id=contact_id, now=now)
    rows, file_format = _rows(request), requested_format(request)
    if file_format:
        return order_export(listing, format=file_format, now=now, rows=rows, when_empty=when_empty)
    scope = f"{operation_id}:{listing}"
    params = page_params(request, scope=scope)
    with timed(operation_id):
        page = found_orders(listing, limit=params.limit, position=params.position, now=now)
    if not page.items:
        when_empty()
    return ok(
        json_array(found.json for found in page.items),
        source="orders",
        pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
    )


class OrderListView(APIView):
    """`GET /api/orders`"""

    required_scope = "api:read"
    required_permission = ORDERS.view
    export_permission = ORDERS.export

    @operation(
        "listOrders",
        "List all orders",
        tag="Orders",
        query=(*ORDER_FILTERS, CONTACT, SEGMENT, *PAGING, LIST_FORMAT, ROWS),
        answers={200: ORDER_PAGE, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Orders by date, status, contact, search and what is odd about them."""
        return order_list_response(request, operation_id="listOrders")


_PARKED_EXAMPLE = ParkedOrderJson(
    order_id="legacy-17", reason="createdAt is not an instant with an offset.", amount=Decimal("105.50")
)


class ParkedOrdersView(APIView):
    """`GET /api/parked-orders`"""

    required_scope = "api:read"
    required_permission = ORDERS.view

    @operation(
        "listParkedOrders",
        "List parked orders",
        tag="Orders",
        query=PAGING,
        answers={
            200: page_of(
                ParkedOrderJson,
                "Parked orders, by id.",
                example=_PARKED_EXAMPLE,
                source="projection",
            )
        },
    )
    def get(self, request: Request) -> Response:
        """The order rows that cannot be used, with the reason, until somebody mends them."""
        scope = "listParkedOrders"
        params = page_params(request, scope=scope)
        with timed(scope):
            page = parked_page(limit=params.limit, position=params.position)
        return ok(
            [ParkedOrderJson(one.order_id, one.reason, parked_amount(one.amount)) for one in page.items],
            source="projection",
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )
