"""The four reports as files. Sales and products are tables; overview and statistics become one figure a row.

Each takes what its service in `reports.services` gave, so a file says what the screen says.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple

from django.http import StreamingHttpResponse

from packprod.dates import business_date, parse_instant
from packprod.exports.export import Column, Export, Kind
from packprod.exports.filenames import file_name
from packprod.exports.response import Format, export_response
from reports.periods import Period
from reports.statistics import FIGURES

Row = Mapping[str, Any]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = tuple(f"{hour:02d}:00" for hour in range(24))
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


_PRODUCT_COLUMNS: tuple[Column[Row], ...] = (
    Column("Product code", lambda row: row["productCode"]),
    Column("Description", lambda row: row["description"], width=40),
    Column("Units", lambda row: row["units"], Kind.NUMBER),
    Column("Revenue", lambda row: row["revenue"], Kind.MONEY),
    Column("Orders", lambda row: row["orders"], Kind.NUMBER),
    Column("Share of revenue (%)", lambda row: row["share"], Kind.NUMBER),
    Column("Units before", lambda row: row["previous"]["units"], Kind.NUMBER),
    Column("Change of units (%)", lambda row: row["change"]["units"], Kind.NUMBER),
    Column("Revenue before", lambda row: row["previous"]["revenue"], Kind.MONEY),
    Column("Change of revenue (%)", lambda row: row["change"]["revenue"], Kind.NUMBER),
    Column("Orders before", lambda row: row["previous"]["orders"], Kind.NUMBER),
    Column("Change of orders (%)", lambda row: row["change"]["orders"], Kind.NUMBER),
)
_SALES_COLUMNS: tuple[Column[Row], ...] = (
    Column("Date", lambda row: date.fromisoformat(row["date"]), Kind.DATE),
    Column("Orders", lambda row: row["orders"], Kind.NUMBER),
    Column("Revenue", lambda row: row["revenue"], Kind.MONEY),
    Column("Units", lambda row: row["units"], Kind.NUMBER),
    Column("Average order value", lambda row: row["averageOrderValue"], Kind.MONEY),
)
_OVERVIEW_COLUMNS: tuple[Column[Figure], ...] = (
    Column("Section", lambda row: row.section),
    Column("Code", lambda row: row.code, width=38),
    Column("Name", lambda row: row.name, width=40),
    Column("Figure", lambda row: row.figure),
    Column("Value", lambda row: row.value, Kind.NUMBER, width=16),
    Column("Compared with", lambda row: row.previous, Kind.NUMBER, width=16),
    Column("Change (%)", lambda row: row.change, Kind.NUMBER),
)
_STATISTICS_COLUMNS: tuple[Column[Figure], ...] = (
    Column("Section", lambda row: row.section),
    Column("Figure", lambda row: row.figure, width=30),
    Column("Value", lambda row: row.value, Kind.NUMBER, width=16),
    Column("Instant", lambda row: row.instant, Kind.INSTANT),
    Column("Compared with", lambda row: row.previous, Kind.NUMBER, width=16),
    Column("Change (%)", lambda row: row.change, Kind.NUMBER),
)
PRODUCTS_REPORT = Export("products", _PRODUCT_COLUMNS)
SALES_REPORT = Export("sales", _SALES_COLUMNS)
OVERVIEW_REPORT = Export("overview", _OVERVIEW_COLUMNS)
STATISTICS_REPORT = Export("statistics", _STATISTICS_COLUMNS)


def products_report_export(data: Sequence[Row], *, period: Period, format: Format) -> StreamingHttpResponse:
    """The `products` of what `products_report` gave. Raises TooManyExports, as all below."""
    return export_response(PRODUCTS_REPORT, data, format=format, filename=_name("products", period))


def sales_report_export(data: Row, *, period: Period, format: Format, narrowed: str = "") -> StreamingHttpResponse:
    """The series of what `sales_report` gave; `narrowed` to which product or segment goes into the name."""
    name = _name(f"sales-by-{data['granularity']}", period, narrowed)
    return export_response(SALES_REPORT, data["series"], format=format, filename=name)


def overview_report_export(data: Row, *, period: Period, format: Format, narrowed: str = "") -> StreamingHttpResponse:
    """What `overview_report` gave; `narrowed` to which segment goes into the name."""
    name = _name("overview", period, narrowed)
    return export_response(OVERVIEW_REPORT, overview_rows(data), format=format, filename=name)


def statistics_report_export(
    data: Row, *, now: datetime, period: Period | None = None, format: Format
) -> StreamingHttpResponse:
    """What `statistics_report` gave; of all time the name has the day it was asked for."""
    name = _name("statistics", period or Period(business_date(now), business_date(now)))
    return export_response(STATISTICS_REPORT, statistics_rows(data), format=format, filename=name)


def _name(report: str, period: Period, narrowed: str = "") -> str:
    return file_name(report, narrowed, start=period.start, end=period.end)


def overview_rows(data: Row) -> Iterator[Figure]:
    """Headline figures with what they are compared with, segments, the tops; the series where the report has them."""
    previous = data["previous"]
    periods = f"{_days(data['period'])}, compared with {_days(previous['period'])}"
    for key, change in data["change"].items():
        yield Figure("Figures", LABELS[key], data[key], name=periods, previous=previous[key], change=change)
    yield from _segments(data)
    for product in data.get("topProducts", ()):  # not kept by segment
        code, name = product["productCode"], product["description"]
        for key in ("units", "revenue", "orders"):
            yield Figure("Top products", LABELS[key], product[key], code, name)
    for customer in data["topCustomers"]:
        for key in ("orders", "revenue"):
            yield Figure("Top customers", LABELS[key], customer[key], customer["contactID"], customer["name"])
    yield from _series(data)


def _series(data: Row) -> Iterator[Figure]:
    for row, before in zip_longest(data.get("series", ()), data["previous"].get("series", ())):
        if row is not None:
            previous = before["revenue"] if before else None
            yield Figure("Revenue over time", LABELS["revenue"], row["revenue"], code=row["date"], previous=previous)


def statistics_rows(data: Row) -> Iterator[Figure]:
    """Figures, percentiles, segments, orders by weekday and hour, first and last order; of a period beside those of
    the one it is compared with."""
    before, change = data["previous"] or {}, data["change"] or {}
    if before:
        yield Figure("Period", f"{_days(data['period'])}, compared with {_days(before['period'])}")
    for key in FIGURES:
        yield Figure("Figures", LABELS[key], data[key], previous=before.get(key), change=change.get(key))
    for name, value in data["orderValuePercentiles"].items():
        previous = before["orderValuePercentiles"][name] if before else None
        yield Figure("Order value percentiles", name, value, previous=previous)
    yield from _segments(data)
    yield from _counts("Orders by weekday", WEEKDAYS, data["ordersByWeekday"], before.get("ordersByWeekday", ()))
    yield from _counts("Orders by hour", HOURS, data["ordersByHour"], before.get("ordersByHour", ()))
    for key, label in (("firstOrderDate", "First order"), ("lastOrderDate", "Last order")):
        yield Figure("Orders", label, instant=data[key] and parse_instant(data[key]))


def _counts(section: str, titles: Sequence[str], now: Sequence[int], before: Sequence[int]) -> Iterator[Figure]:
    for title, orders, previous in zip_longest(titles, now, before):
        yield Figure(section, title, orders, previous=previous)


def _days(period: Row) -> str:
    return f"{period['from']} to {period['to']}"


def _segments(data: Row) -> Iterator[Figure]:
    for segment, customers in data["segments"].items():
        yield Figure("Customers by segment now", segment, customers)
