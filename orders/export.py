"""The order lists as files: one row per order, or one per order line."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from django.http import StreamingHttpResponse

from orders.lists.filter import OrderFilter
from orders.lists.listing import OrderListing, listed_orders
from orders.order import Order, OrderItem
from packprod.dates import business_date
from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response
from packprod.money import money, unit_price
from packprod.readmodels.lists.pages import every_item

RowsOf = Literal["orders", "items"]
ROWS_OF: tuple[RowsOf, ...] = ("orders", "items")


class OrderLine(NamedTuple):
    """One line of an order, with the order."""

    order: Order
    position: int
    item: OrderItem


_ORDER_COLUMNS: tuple[Column[Order], ...] = (
    Column("Reference", lambda order: order.order_reference),
    Column("Created", lambda order: order.created_at, Kind.INSTANT),
    Column("Status", lambda order: order.status, width=12),
    Column("Customer", lambda order: order.customer.name),
    Column("Company", lambda order: order.customer.company),
    Column("E-mail", lambda order: order.customer.email, width=30),
    Column("Phone", lambda order: order.customer.phone),
    Column("Lines", lambda order: len(order.items), Kind.NUMBER),
    Column("Units", lambda order: sum(item.quantity for item in order.items), Kind.NUMBER),
    Column("Subtotal", lambda order: money(order.subtotal), Kind.MONEY),
    Column("Tax", lambda order: money(order.tax), Kind.MONEY),
    Column("Shipping", lambda order: money(order.shipping), Kind.MONEY),
    Column("Discount", lambda order: money(order.discount), Kind.MONEY),
    Column("Total", lambda order: money(order.total), Kind.MONEY),
    Column("Source", lambda order: order.source, width=12),
    Column("Order ID", lambda order: order.order_id, width=38),
    Column("Contact ID", lambda order: order.contact_id, width=38),
)
_LINE_COLUMNS: tuple[Column[OrderLine], ...] = (
    Column("Reference", lambda line: line.order.order_reference),
    Column("Created", lambda line: line.order.created_at, Kind.INSTANT),
    Column("Status", lambda line: line.order.status, width=12),
    Column("Customer", lambda line: line.order.customer.name),
    Column("Company", lambda line: line.order.customer.company),
    Column("E-mail", lambda line: line.order.customer.email, width=30),
    Column("Line", lambda line: line.position, Kind.NUMBER, width=8),
    Column("Product code", lambda line: line.item.product_code),
    Column("Description", lambda line: line.item.description, width=40),
    Column("Quantity", lambda line: line.item.quantity, Kind.NUMBER),
    Column("Unit price", lambda line: unit_price(line.item.unit_price), Kind.MONEY),
    Column("Line total", lambda line: money(line.item.line_total), Kind.MONEY),
    Column("Order ID", lambda line: line.order.order_id, width=38),
    Column("Contact ID", lambda line: line.order.contact_id, width=38),
)
ORDERS_FILE = Export("orders", _ORDER_COLUMNS)
ORDER_LINES_FILE = Export("order lines", _LINE_COLUMNS)


def order_export(
    listing: OrderListing,
    *,
    format: Format,
    now: datetime,
    rows: RowsOf = "orders",
    when_empty: Callable[[], None] = lambda: None,
) -> StreamingHttpResponse:
    """Every order of the list in its sort, a row each or a row per line.

    Calls `when_empty` where there is no order. Raises EngineUnavailable, ListBeingBuilt, TooManyExports.
    """
    found = orders(listing, now=now, when_empty=when_empty)
    if rows == "items":
        name = _name("order-lines", listing.filter)
        return export_response(ORDER_LINES_FILE, order_lines(found), format=format, filename=name)
    return export_response(ORDERS_FILE, found, format=format, filename=_name("orders", listing.filter))


def orders(listing: OrderListing, *, now: datetime, when_empty: Callable[[], None] = lambda: None) -> Iterator[Order]:
    """Every order of the list in its sort, read page by page."""
    empty = True
    for order in every_item(lambda limit, position: listed_orders(listing, limit=limit, position=position, now=now)):
        empty = False
        yield order
    if empty:
        when_empty()


def order_lines(found: Iterable[Order]) -> Iterator[OrderLine]:
    """Every line of every order; an order without lines has none."""
    for order in found:
        yield from (OrderLine(order, number, item) for number, item in enumerate(order.items, start=1))


def _name(what: str, filter: OrderFilter) -> str:
    first = filter.created_from and business_date(filter.created_from)
    last = filter.created_before and business_date(filter.created_before - timedelta(microseconds=1))
    return file_name(what, filter.status, start=first, end=last)
