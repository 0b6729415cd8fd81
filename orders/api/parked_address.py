"""`/api/orders/parked`: the list of parked orders, unless an order has that id. The list is always at
`/api/parked-orders`."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.one_order import OrderView
from orders.api.order_list import ParkedOrdersView
from orders.selectors import order_items

PARKED = "parked"


class ParkedAddressView(OrderView):
    """`GET` and `PATCH /api/orders/parked`"""

    schema: Any = None  # both are documented at their own addresses

    def get(self, request: Request) -> Response:  # type: ignore[override]  # the address says which order
        """The order with the id `parked`; where there is none, the list."""
        return super().get(request, PARKED) if order_items([PARKED]) else ParkedOrdersView().get(request)

    def patch(self, request: Request) -> Response:  # type: ignore[override]
        """Changes the status of the order with the id `parked`."""
        return super().patch(request, PARKED)
