"""Performance as a file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

from packprod.dates import business_date
from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response
from reports.pages.parameters import ReportParameters

Row = Mapping[str, Any]


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


def performance_file(report: Row, asked: ReportParameters, *, format: Format) -> StreamingHttpResponse:
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
