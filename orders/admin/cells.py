"""How an order and a product look in the tables of any page: a link, and below it what one wants to know beside."""

from django.http import HttpRequest
from django.utils.html import format_html

from orders.order import Order
from packprod.admin.formats import moment
from packprod.admin.links import page_link

_CELL = '{}<span class="pp-what">{}</span>'


def product_cell(request: HttpRequest, code: str, description: str) -> str:
    """The description is the product's own, as on its newest order that says, not that of some line."""
    linked = page_link(request, "orders.product", code, code)
    return format_html(_CELL, linked, description) if description else linked


def order_cell(request: HttpRequest, order: Order) -> str:
    """The reference and when it was ordered."""
    linked = page_link(request, "orders.order", order.order_id, order.order_reference)
    return format_html(_CELL, linked, moment(order.created_at))
