"""The customer lists as files."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.http import StreamingHttpResponse

from customers.cache_row import customer_json, metrics_from_row
from customers.lists.listing import Listing, customer_list
from customers.metrics import average_order_value
from customers.reorders.rhythm import next_order
from packprod.dates import business_date, parse_instant
from packprod.dynamodb.reads import Item
from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response
from packprod.money import money
from packprod.readmodels.lists.pages import Page, every_item
from packprod.readmodels.lists.walk import Position

Customer = Mapping[str, Any]
"""A customer as the API shows it (`customers.cache_row.customer_json`)."""


def _expected(row: Customer) -> tuple[date | None, int | None]:
    """The day of the next expected order, and how many days that is past on the day the row speaks of."""
    metrics = metrics_from_row(row)
    today = business_date(metrics.last_order_date) + timedelta(days=row["lastOrderDaysAgo"])
    found = next_order(metrics, today=today)
    return (found.expected_on, found.days_overdue) if found else (None, None)


_COLUMNS: tuple[Column[Customer], ...] = (
    Column("Name", lambda row: row["name"]),
    Column("Company", lambda row: row["company"]),
    Column("E-mail", lambda row: row["email"], width=30),
    Column("Segment", lambda row: row["segment"], width=12),
    Column("Orders", lambda row: row["orderCount"], Kind.NUMBER),
    Column("Total spend", lambda row: money(row["totalSpend"]), Kind.MONEY),
    Column("Average order", lambda row: average_order_value(metrics_from_row(row)), Kind.MONEY),
    Column("First order", lambda row: parse_instant(row["firstOrderDate"]), Kind.INSTANT),
    Column("Last order", lambda row: parse_instant(row["lastOrderDate"]), Kind.INSTANT),
    Column("Last order reference", lambda row: row["lastOrderReference"]),
    Column("Days since last order", lambda row: row["lastOrderDaysAgo"], Kind.NUMBER),
    Column("Purchase frequency", lambda row: row["purchaseFrequency"]),
    Column("Next expected order", lambda row: _expected(row)[0], Kind.DATE),
    Column("Days overdue", lambda row: _expected(row)[1], Kind.NUMBER),
    Column("Last updated", lambda row: parse_instant(row["lastUpdated"]), Kind.INSTANT),
    Column("Contact ID", lambda row: row["contactID"], width=38),
)


CUSTOMERS = Export("customers", _COLUMNS)


def customer_export(listing: Listing, *, search: str, format: Format, now: datetime) -> StreamingHttpResponse:
    """Every customer of the list, in its order, as of `now`. Raises EngineUnavailable, TooManyExports."""
    name = file_name("customers", listing.segment_name, start=business_date(now), end=business_date(now))
    return export_response(CUSTOMERS, customers(listing, search=search, now=now), format=format, filename=name)


def customers(listing: Listing, *, search: str, now: datetime) -> Iterator[Customer]:
    """Every customer of the list, read page by page."""

    def read(limit: int, position: Position | None) -> Page[Item]:
        return customer_list(listing, search=search, limit=limit, position=position, now=now).page

    for row in every_item(read):
        yield customer_json(row["contactID"], metrics_from_row(row), last_updated=row["lastUpdated"], now=now)
