"""Expected reorders as files: all that are overdue, and all of one customer."""

from datetime import date, datetime

from django.http import StreamingHttpResponse

from customers.reorders.selectors import ExpectedReorder, OverdueFilter, customer_reorders, overdue_list
from packprod.dates import business_date, parse_instant
from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response
from packprod.readmodels.lists.pages import Page, every_item
from packprod.readmodels.lists.walk import Position

REORDERS: Export[ExpectedReorder] = Export(
    "reorders",
    (
        Column("Customer", lambda row: row["name"]),
        Column("Company", lambda row: row["company"]),
        Column("E-mail", lambda row: row["email"], width=30),
        Column("Product code", lambda row: row["productCode"]),
        Column("Description", lambda row: row["description"], width=40),
        Column("Orders", lambda row: row["orders"], Kind.NUMBER),
        Column("Occasions", lambda row: row["occasions"], Kind.NUMBER),
        Column("Last order", lambda row: parse_instant(row["lastOrderDate"]), Kind.INSTANT),
        Column("Usual gap (days)", lambda row: row["medianGapDays"], Kind.NUMBER),
        Column("Expected", lambda row: date.fromisoformat(row["nextExpectedDate"]), Kind.DATE),
        Column("Days overdue", lambda row: row["daysOverdue"], Kind.NUMBER),
        Column("State", lambda row: row["state"]),
        Column("Contact ID", lambda row: row["contactID"], width=38),
    ),
)


def overdue_export(filter: OverdueFilter, *, format: Format, now: datetime) -> StreamingHttpResponse:
    """Every entry of the list, in its order, as of `now`. Raises EngineUnavailable, TooManyExports."""
    rows = every_item(lambda limit, position: overdue_list(filter, limit=limit, position=position, now=now))
    name = file_name("reorders", filter.state, start=business_date(now), end=business_date(now))
    return export_response(REORDERS, rows, format=format, filename=name)


def customer_reorder_export(contact_id: str, *, format: Format, now: datetime) -> StreamingHttpResponse:
    """All of a customer's expected reorders as of `now`. Raises NotFound, EngineUnavailable, TooManyExports."""

    def read(limit: int, position: Position | None) -> Page[ExpectedReorder]:
        return customer_reorders(contact_id=contact_id, limit=limit, position=position, now=now)

    name = file_name("reorders", start=business_date(now), end=business_date(now))
    return export_response(REORDERS, every_item(read), format=format, filename=name)
