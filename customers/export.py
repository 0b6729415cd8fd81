"""The customer lists as files."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from django.http import StreamingHttpResponse

from customers.cache_row import CustomerFigures
from customers.lists.listing import Listing, customer_list
from customers.metrics import average_order_value, purchase_frequency
from customers.reorders.rhythm import next_order
from packprod.dates import business_date, parse_instant
from packprod.dynamodb.reads import Item
from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response
from packprod.money import money
from packprod.readmodels.lists.pages import Page, every_item
from packprod.readmodels.lists.walk import Position
from packprod.readmodels.lists.whole import in_order


def _expected(customer: CustomerFigures) -> tuple[date | None, int | None]:
    """The day of the next expected order, and by how many days it is overdue."""
    found = next_order(customer.metrics, today=customer.today)
    return (found.expected_on, found.days_overdue) if found else (None, None)


_COLUMNS: tuple[Column[CustomerFigures], ...] = (
    Column("Name", lambda one: one.metrics.name),
    Column("Company", lambda one: one.metrics.company),
    Column("E-mail", lambda one: one.metrics.email, width=30),
    Column("Segment", lambda one: one.segment, width=12),
    Column("Orders", lambda one: one.metrics.order_count, Kind.NUMBER),
    Column("Total spend", lambda one: money(one.metrics.total_spend), Kind.MONEY),
    Column("Average order", lambda one: average_order_value(one.metrics), Kind.MONEY),
    Column("First order", lambda one: one.metrics.first_order_date, Kind.INSTANT),
    Column("Last order", lambda one: one.metrics.last_order_date, Kind.INSTANT),
    Column("Last order reference", lambda one: one.metrics.last_order_reference),
    Column("Days since last order", lambda one: one.last_order_days_ago, Kind.NUMBER),
    Column("Purchase frequency", lambda one: purchase_frequency(one.metrics)),
    Column("Next expected order", lambda one: _expected(one)[0], Kind.DATE),
    Column("Days overdue", lambda one: _expected(one)[1], Kind.NUMBER),
    Column("Last updated", lambda one: parse_instant(one.last_updated), Kind.INSTANT),
    Column("Contact ID", lambda one: one.contact_id, width=38),
)
CUSTOMERS = Export("customers", _COLUMNS)


def customer_export(listing: Listing, *, search: str, format: Format, now: datetime) -> StreamingHttpResponse:
    """Every customer of the list, in its order, as of `now`. Raises EngineUnavailable, TooManyExports."""
    name = file_name("customers", listing.segment_name, start=business_date(now), end=business_date(now))
    return export_response(CUSTOMERS, customers(listing, search=search, now=now), format=format, filename=name)


def customers(listing: Listing, *, search: str, now: datetime) -> Iterator[CustomerFigures]:
    """Every customer of the list, in its order. They are read by name, which does not move while orders arrive."""
    by_name = replace(listing, sort="name", descending=False, every_key=True)

    def read(limit: int, position: Position | None) -> Page[Item]:
        return customer_list(by_name, search=search, limit=limit, position=position, now=now).page

    rows = in_order(every_item(read), key=lambda row: row[listing.key], descending=listing.descending)
    today = business_date(now)
    return (CustomerFigures.of(row, today=today) for row in rows)
