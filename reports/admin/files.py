"""Reports as files where a page shows more than the API: sales beside the other period, performance."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.http import StreamingHttpResponse

from packprod.dates import business_date
from packprod.exports.export import Column, Export, Kind
from packprod.exports.filenames import file_name
from packprod.exports.response import Format, export_response
from reports.admin.asked import Asked, AskedPeriod
from reports.overview import change

Row = Mapping[str, Any]

_SALES: Export[Row] = Export(
    "sales",
    (
        Column("Date", lambda row: date.fromisoformat(row["date"]), Kind.DATE),
        Column("Orders", lambda row: row["orders"], Kind.NUMBER),
        Column("Revenue", lambda row: row["revenue"], Kind.MONEY),
        Column("Revenue before", lambda row: row["before"], Kind.MONEY),
        Column("Change of revenue (%)", lambda row: change(row["revenue"], row["before"]), Kind.NUMBER),
        Column("Units", lambda row: row["units"], Kind.NUMBER),
        Column("Average order value", lambda row: row["averageOrderValue"], Kind.MONEY),
    ),
)
_PERFORMANCE: Export[Row] = Export(
    "performance",
    (
        Column("Section", lambda row: row["section"]),
        Column("Name", lambda row: row["name"], width=48),
        Column("Requests", lambda row: row["requests"], Kind.NUMBER),
        Column("p50 (ms)", lambda row: _tenth(row["p50"]), Kind.NUMBER),
        Column("p90 (ms)", lambda row: _tenth(row["p90"]), Kind.NUMBER),
        Column("p99 (ms)", lambda row: _tenth(row["p99"]), Kind.NUMBER),
        Column("Cache hits (%)", lambda row: _tenth(row["cacheHitRate"]), Kind.NUMBER),
        Column("Errors", lambda row: row["errors"], Kind.NUMBER),
        Column("Slow queries", lambda row: row["slow"], Kind.NUMBER),
    ),
)


def sales_file(report: Row, asked: AskedPeriod, *, format: Format) -> StreamingHttpResponse:
    """The series, each bucket beside that of the other period. Raises TooManyExports, as all here."""
    narrowed = asked.product or asked.segment
    name = file_name(f"sales-by-{asked.granularity}", narrowed, start=asked.period.start, end=asked.period.end)
    return export_response(_SALES, beside_each_other(report), format=format, filename=name)


def beside_each_other(report: Row) -> Iterator[Row]:
    """The series with `before`: the revenue of the bucket at the same place of the other period, None past its end."""
    for row, earlier in zip_longest(report["series"], report["previous"]["series"]):
        if row is not None:
            yield {**row, "before": earlier["revenue"] if earlier else None}


def performance_file(report: Row, asked: Asked, *, format: Format) -> StreamingHttpResponse:
    """Operations, then addresses."""
    day = business_date(asked.now)
    rows = [
        {"section": section, **row}
        for section, key in (("Reads", "operations"), ("Requests", "routes"))
        for row in report[key]
    ]
    return export_response(_PERFORMANCE, rows, format=format, filename=file_name("performance", start=day, end=day))


def _tenth(value: float | None) -> Decimal | None:
    return None if value is None else round(Decimal(value), 1)
