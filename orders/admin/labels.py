"""How statuses, orders and products look in any list and on any page of the admin."""

from django.http import HttpRequest
from django.utils.html import format_html

from orders.order import Order
from orders.statuses import CANCELLED, COMPLETED, PROCESSING, RECEIVED, REFUNDED, SHIPPED, status_name
from packprod.admin.formats import label, moment, number
from packprod.admin.links import page_link

PARKED_NAME = "Parked"
_COLOURS = {  # unfold's "info" and our "primary" are the same blue: at most one of the two
    RECEIVED: "",
    PROCESSING: "warning",
    SHIPPED: "primary",
    COMPLETED: "success",
    CANCELLED: "danger",
    REFUNDED: "danger",
}
STATUS_COLOURS = {status_name(status): colour for status, colour in _COLOURS.items()} | {PARKED_NAME: "danger"}
"""unfold's name of the colour, by the name that staff see, as unfold's labels want it."""


def counted_orders(count: int) -> str:
    """1 order, 1,234 orders."""
    return f"{number(count)} order{'' if count == 1 else 's'}"


def status_label(status: str) -> str:
    """The coloured label of a stored status; one without a colour is grey, as a new order is."""
    name = status_name(status)
    return label(name, STATUS_COLOURS.get(name, ""))


_CELL = '{}<span class="pp-what">{}</span>'


def product_cell(request: HttpRequest, code: str, description: str) -> str:
    """The description is the product's own, as on its newest order that says, not that of some line."""
    linked = page_link(request, "orders.product", code, code)
    return format_html(_CELL, linked, description) if description else linked


def order_cell(request: HttpRequest, order: Order) -> str:
    """The reference and when it was ordered."""
    linked = page_link(request, "orders.order", order.order_id, order.order_reference)
    return format_html(_CELL, linked, moment(order.created_at))
