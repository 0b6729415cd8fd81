"""How statuses, orders and products look in any list and on any page of the admin."""

from django.http import HttpRequest
from django.utils.html import format_html

from orders.order import Order
from orders.statuses import status_name
from packprod.admin.formats import label, moment
from packprod.admin.links import page_link

PARKED_NAME = "Parked"
STATUS_COLOURS = {  # unfold's "info" and our "primary" are the same blue: at most one of the two
    "Received": "",
    "Processing": "warning",
    "Shipped": "primary",
    "Completed": "success",
    "Cancelled": "danger",
    "Refunded": "danger",
    PARKED_NAME: "danger",
}


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
