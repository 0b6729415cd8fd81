"""Reports as files: the name of the file, and the rows of a report that is no table, one figure a row."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from packprod.exports.export import file_name
from reports.figures.periods import Period

Row = Mapping[str, Any]


LABELS = {
    "orders": "Orders",
    "revenue": "Revenue",
    "units": "Units",
    "averageOrderValue": "Average order value",
    "medianOrderValue": "Median order value",
    "customers": "Customers",
    "newCustomers": "New customers",
    "returningCustomers": "Returning customers",
    "repeatRate": "Repeat rate (%)",
    "ordersPerCustomer": "Orders per customer",
}


class Figure(NamedTuple):
    """One row of a report that is no table: which section, of what (`code`, `name`), which figure."""

    section: str
    figure: str
    value: Decimal | int | None = None
    code: str = ""
    name: str = ""
    previous: Decimal | int | None = None
    change: Decimal | None = None
    instant: datetime | None = None


def period_text(period: Row) -> str:
    return f"{period['from']} to {period['to']}"


def segment_rows(data: Row) -> Iterator[Figure]:
    for segment, customers in data["segments"].items():
        yield Figure("Customers by segment now", segment, customers)


def report_file_name(report: str, period: Period, narrowed: str = "") -> str:
    return file_name(report, narrowed, start=period.start, end=period.end)
