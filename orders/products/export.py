"""The product lists as files."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.http import StreamingHttpResponse

from orders.products.selectors import ProductListing, ProductOrder, product_list, product_orders
from packprod.dates import business_date, parse_instant
from packprod.dynamodb.reads import Item
from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response
from packprod.money import money
from packprod.readmodels.lists.pages import every_item
from packprod.readmodels.lists.whole import in_order

_PRODUCT_COLUMNS: tuple[Column[Item], ...] = (
    Column("Product code", lambda row: row["productCode"]),
    Column("Description", lambda row: row["description"], width=40),
    Column("Units", lambda row: row["units"], Kind.NUMBER),
    Column("Revenue", lambda row: money(row["revenue"]), Kind.MONEY),
    Column("Orders", lambda row: row["orders"], Kind.NUMBER),
    Column("First order", lambda row: parse_instant(row["firstOrderDate"]), Kind.INSTANT),
    Column("Last order", lambda row: parse_instant(row["lastOrderDate"]), Kind.INSTANT),
)
_PRODUCT_ORDER_COLUMNS: tuple[Column[ProductOrder], ...] = (
    Column("Reference", lambda one: one.order.order_reference),
    Column("Created", lambda one: one.order.created_at, Kind.INSTANT),
    Column("Status", lambda one: one.order.status, width=12),
    Column("Customer", lambda one: one.order.customer.name),
    Column("Company", lambda one: one.order.customer.company),
    Column("E-mail", lambda one: one.order.customer.email, width=30),
    Column("Quantity", lambda one: one.quantity, Kind.NUMBER),
    Column("Line total", lambda one: money(one.line_total), Kind.MONEY),
    Column("Order total", lambda one: money(one.order.total), Kind.MONEY),
    Column("Order ID", lambda one: one.order.order_id, width=38),
    Column("Contact ID", lambda one: one.order.contact_id, width=38),
)
PRODUCTS_FILE = Export("products", _PRODUCT_COLUMNS)
PRODUCT_ORDERS_FILE = Export("product orders", _PRODUCT_ORDER_COLUMNS)


def product_export(listing: ProductListing, *, format: Format, now: datetime) -> StreamingHttpResponse:
    """Every product of the list, in its order. Raises EngineUnavailable, TooManyExports."""
    name = file_name("products", start=business_date(now), end=business_date(now))
    return export_response(PRODUCTS_FILE, products(listing, now=now), format=format, filename=name)


def products(listing: ProductListing, *, now: datetime) -> Iterator[Item]:
    """Every product row of the list, in its order. They are read by code, which does not move while orders arrive."""
    by_code = replace(listing, sort="productCode", descending=False)
    rows = every_item(lambda limit, position: product_list(by_code, limit=limit, position=position, now=now))
    return in_order(rows, key=lambda row: row[listing.key], descending=listing.descending)


def product_order_export(product_code: str, *, format: Format) -> StreamingHttpResponse:
    """Every order with the product, newest first. Raises NotFound, EngineUnavailable, TooManyExports."""
    rows = every_item(lambda limit, position: product_orders(product_code, limit=limit, position=position))
    return export_response(PRODUCT_ORDERS_FILE, rows, format=format, filename=file_name("orders-with", product_code))
