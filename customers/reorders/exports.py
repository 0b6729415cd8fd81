"""Expected reorders as files: who is overdue, and all of one customer."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.http import StreamingHttpResponse

from customers.reorders.selectors import OverdueFilter, customer_reorders, overdue_list
from customers.selectors import require_customer
from packprod.dates import business_date, parse_instant
from packprod.exports.export import Column, Export, Kind
from packprod.exports.filenames import file_name
from packprod.exports.response import Format, export_response
from packprod.readmodels.pages import every_item

Reorder = Mapping[str, Any]
"""A row of `customers.reorders.selectors`."""

_COLUMNS: tuple[Column[Reorder], ...] = (
    Column("Customer", lambda row: row["name"]),
    Column("Company", lambda row: row["company"]),
    Column("E-mail", lambda row: row["email"], width=30),
    Column("Product code", lambda row: row["productCode"]),
    Column("Description", lambda row: row["description"], width=40),
    Column("Orders", lambda row: row["orders"], Kind.NUMBER),
    Column("Last order", lambda row: parse_instant(row["lastOrderDate"]), Kind.INSTANT),
    Column("Usual gap (days)", lambda row: row["medianGapDays"], Kind.NUMBER),
    Column("Expected", lambda row: date.fromisoformat(row["nextExpectedDate"]), Kind.DATE),
    Column("Days overdue", lambda row: row["daysOverdue"], Kind.NUMBER),
    Column("State", lambda row: row["state"]),
    Column("Contact ID", lambda row: row["contactID"], width=38),
)
REORDERS = Export("reorders", _COLUMNS)


def overdue_export(wanted: OverdueFilter, *, format: Format, now: datetime) -> StreamingHttpResponse:
    """The whole list as of `now`, read page by page. Raises EngineUnavailable, TooManyExports."""
    rows = every_item(partial(overdue_list, wanted, now=now))
    return _response(rows, wanted.state or "all", format=format, now=now)


def customer_reorders_export(*, contact_id: str, format: Format, now: datetime) -> StreamingHttpResponse:
    """All of one customer. Raises NotFound for somebody nobody knows, and as above."""
    require_customer(contact_id)
    rows = every_item(partial(customer_reorders, contact_id=contact_id, now=now))
    return _response(rows, "customer", format=format, now=now)


def _response(rows: Iterable[Reorder], name: str, *, format: Format, now: datetime) -> StreamingHttpResponse:
    day = business_date(now)
    return export_response(REORDERS, rows, format=format, filename=file_name("reorders", name, start=day, end=day))
