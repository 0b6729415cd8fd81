"""The four reports as files. Sales and products are tables; overview and statistics become one figure a row.

Each takes what its service in `reports.services` gave, so a file says what the screen says.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import StreamingHttpResponse

from packprod.dates import business_date
from packprod.exports.export import Column, Export, Kind
from packprod.exports.filenames import file_name
from packprod.exports.response import Format, export_response
from packprod.money import change
from reports.figure_rows import Figure, overview_rows, statistics_rows
from reports.overview import beside_each_other
from reports.periods import Period

Row = Mapping[str, Any]
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
    Column("Revenue before", lambda row: row["before"], Kind.MONEY),
    Column("Change of revenue (%)", lambda row: change(row["revenue"], row["before"]), Kind.NUMBER),
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
    """The series of what `sales_report` gave with both series, each bucket beside that of the other period.

    `narrowed` to which product or segment goes into the name.
    """
    name = _name(f"sales-by-{data['granularity']}", period, narrowed)
    return export_response(SALES_REPORT, beside_each_other(data), format=format, filename=name)


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
