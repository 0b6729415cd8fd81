"""HTTP for orders: parse, call one selector or service, render."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.exports import ROWS_OF, RowsOf, order_export
from orders.list_request import FILTERS, OF_ALL_CUSTOMERS, asked_listing
from orders.listing import listed_orders
from orders.presentation import order_json
from orders.rows import order_from_row
from orders.schemas import get_order, list_orders, list_parked_orders, update_order_status
from orders.selectors import order_item
from orders.services import order_change_status
from orders.status_request import status_change_asked
from packprod.api.answers import ok, pagination
from packprod.api.authentication import actor_of
from packprod.api.choices import choice
from packprod.api.parameters import (
    FORMAT_PARAMETERS,
    PAGE_PARAMETERS,
    page_params,
    refuse_parameter,
    refuse_unknown_parameters,
    requested_format,
)
from packprod.dates import utc_now
from packprod.errors import BrokenOrder
from packprod.observability.timing import timed
from packprod.readmodels.parked import parked_page


def order_list_response(
    request: Request, *, operation: str, contact_id: str = "", when_empty: Callable[[], None] = lambda: None
) -> HttpResponseBase:
    """Orders by the request's filters and sort; of one contact where one is named. A page, or all as a file.

    `when_empty` may raise NotFound where there are none.
    """
    filters = FILTERS if contact_id else (*FILTERS, *OF_ALL_CUSTOMERS)
    refuse_unknown_parameters(request, (*filters, *PAGE_PARAMETERS, *FORMAT_PARAMETERS, "rows"))
    now = utc_now()
    listing = asked_listing(request, contact_id=contact_id, now=now)
    rows, file_format = _rows_asked(request), requested_format(request)
    if file_format:
        return order_export(listing, format=file_format, now=now, rows=rows, when_empty=when_empty)
    scope = f"{operation}:{listing}"
    params = page_params(request, scope=scope)
    with timed(operation):
        page = listed_orders(listing, limit=params.limit, position=params.position, now=now)
    if not page.items:
        when_empty()
    return ok(
        [order_json(order) for order in page.items],
        source="orders",
        pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
    )


def _rows_asked(request: Request) -> RowsOf:
    """What a row of a file is; a JSON answer knows orders only."""
    rows: RowsOf = choice(request, "rows", ROWS_OF, default="orders")  # type: ignore[assignment]
    if rows == "items" and requested_format(request) is None:
        refuse_parameter("rows", "only_with_a_file", "rows=items needs format=csv or format=xlsx.")
    return rows


class OrderListView(APIView):
    """`GET /api/orders`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    @list_orders
    def get(self, request: Request) -> HttpResponseBase:
        """Orders by date, status, contact and search."""
        return order_list_response(request, operation="listOrders")


class OrderView(APIView):
    """`GET` and `PATCH /api/orders/{orderID}`"""

    required_scope = {"GET": "api:read", "PATCH": "orders:write"}
    required_permission = {"GET": "orders.view_order", "PATCH": "orders.change_order"}

    @get_order
    def get(self, request: Request, order_id: str) -> Response:
        """One order; a parked one with the reason instead of its figures."""
        refuse_unknown_parameters(request, ())
        with timed("getOrder"):
            item = order_item(order_id)
        try:
            data = order_json(order_from_row(item))
        except BrokenOrder as exc:
            data = {"orderID": order_id, "parked": True, "reason": exc.message}
        return ok(data, source="orders")

    @update_order_status
    def patch(self, request: Request, order_id: str) -> Response:
        """Changes the status, nothing else. With the `updatedAt` that the editor saw, in the body or as If-Match, an
        order that was changed since is a 409 and stays as it is."""
        status, seen = status_change_asked(request, order_id)
        order = order_change_status(
            order_id=order_id,
            status=status,
            updated_by=actor_of(request.user),
            expected_updated_at=seen,
            now=utc_now(),
        )
        return ok(order_json(order), source="orders")


class ParkedOrdersView(APIView):
    """`GET /api/orders/parked`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    @list_parked_orders
    def get(self, request: Request) -> Response:
        """The order rows that cannot be used, with the reason, until somebody mends them."""
        refuse_unknown_parameters(request, PAGE_PARAMETERS)
        scope = "listParkedOrders"
        params = page_params(request, scope=scope)
        with timed(scope):
            page = parked_page(limit=params.limit, position=params.position)
        return ok(
            [{"orderID": one.order_id, "reason": one.reason} for one in page.items],
            source="projection",
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )
