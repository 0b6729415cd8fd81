"""How a product looks in a table: its code as a link, and below it what it is."""

from django.http import HttpRequest
from django.utils.html import format_html

from packprod.admin.links import page_link


def product_cell(request: HttpRequest, code: str, description: str) -> str:
    """The description is the product's own, as on its newest order that says, not that of some line."""
    below = format_html('<span class="pp-what">{}</span>', description) if description else ""
    return format_html("{}{}", page_link(request, "orders.product", code, code), below)
