"""The overview as a file: one figure a row."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from packprod.exports.export import Column, Export, Kind
from packprod.exports.response import Format, export_response
from reports.figures.comparison import beside_each_other
from reports.figures.figure_rows import LABELS, Figure, Row, period_text, report_file_name, segment_rows
from reports.figures.periods import Period

_OVERVIEW_COLUMNS: tuple[Column[Figure], ...] = (
    Column("Section", lambda row: row.section),
    Column("Code", lambda row: row.code, width=38),
    Column("Name", lambda row: row.name, width=40),
    Column("Figure", lambda row: row.figure),
    Column("Value", lambda row: row.value, Kind.NUMBER, width=16),
    Column("Compared with", lambda row: row.previous, Kind.NUMBER, width=16),
    Column("Change (%)", lambda row: row.change, Kind.NUMBER),
)


OVERVIEW_REPORT = Export("overview", _OVERVIEW_COLUMNS)


def overview_report_export(data: Row, *, period: Period, format: Format, narrowed: str = "") -> StreamingHttpResponse:
    """What `overview_report` gave; `narrowed` to which segment goes into the name."""
    name = report_file_name("overview", period, narrowed)
    return export_response(OVERVIEW_REPORT, overview_rows(data), format=format, filename=name)


def overview_rows(data: Row) -> Iterator[Figure]:
    """Headline figures with what they are compared with, segments, the tops; the series where the report has them."""
    previous = data["previous"]
    periods = f"{period_text(data['period'])}, compared with {period_text(previous['period'])}"
    for key, change in data["change"].items():
        yield Figure("Figures", LABELS[key], data[key], name=periods, previous=previous[key], change=change)
    yield from segment_rows(data)
    for product in data.get("topProducts", ()):  # not kept by segment
        code, name = product["productCode"], product["description"]
        for key in ("units", "revenue", "orders"):
            yield Figure("Top products", LABELS[key], product[key], code, name)
    for customer in data["topCustomers"]:
        for key in ("orders", "revenue"):
            yield Figure("Top customers", LABELS[key], customer[key], customer["contactID"], customer["name"])
    yield from _series(data)


def _series(data: Row) -> Iterator[Figure]:
    for row in beside_each_other(data) if "series" in data else ():
        yield Figure("Revenue over time", LABELS["revenue"], row["revenue"], code=row["date"], previous=row["before"])
