"""The overview as a file: one figure a row."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from packprod.exports.export import Column, Export, Kind
from packprod.exports.response import Format, export_response
from reports.comparison import ComparedBucket, Trend
from reports.export import LABELS, Figure, compared_periods, report_file_name, segment_figures
from reports.figures.periods import Period
from reports.overview.report import OverviewChange, OverviewReport

OVERVIEW: Export[Figure] = Export(
    "overview",
    (
        Column("Section", lambda row: row.section),
        Column("Code", lambda row: row.code, width=38),
        Column("Name", lambda row: row.name, width=40),
        Column("Figure", lambda row: row.figure),
        Column("Value", lambda row: row.value, Kind.NUMBER, width=16),
        Column("Compared with", lambda row: row.previous, Kind.NUMBER, width=16),
        Column("Change (%)", lambda row: row.change, Kind.NUMBER),
    ),
)


def overview_report_export(
    report: OverviewReport, trend: Trend | None = None, *, period: Period, format: Format, narrowed: str = ""
) -> StreamingHttpResponse:
    """With the revenue over time where a trend is given. `narrowed` to which segment goes into the name.

    Raises TooManyExports.
    """
    rows = overview_rows(report, trend or [])
    return export_response(OVERVIEW, rows, format=format, filename=report_file_name("overview", period, narrowed))


def overview_rows(report: OverviewReport, trend: Trend) -> Iterator[Figure]:
    """Headline figures with what they are compared with, segments, the tops, revenue over time."""
    previous, change = report.previous, report.change
    periods = compared_periods(report.period, previous.period)
    for name in OverviewChange.__struct_fields__:
        now, before, percent = (getattr(one, name) for one in (report, previous, change))
        yield Figure("Figures", LABELS[name], now, name=periods, previous=before, change=percent)
    yield from segment_figures(report.segments)
    for product in report.top_products or ():  # not kept by segment
        code, description = product.product_code, product.description
        for name in ("units", "revenue", "orders"):
            yield Figure("Top products", LABELS[name], getattr(product, name), code, description)
    for customer in report.top_customers or ():  # only for those who may view customers
        for name in ("orders", "revenue"):
            yield Figure("Top customers", LABELS[name], getattr(customer, name), customer.contact_id, customer.name)
    for reason in report.parked.reasons:
        yield Figure("Parked orders", LABELS["orders"], reason.orders, name=reason.reason)
        yield Figure("Parked orders", "Amount", reason.amount, name=reason.reason)
    for row in trend:
        yield _revenue_figure(row)


def _revenue_figure(row: ComparedBucket) -> Figure:
    """One bucket's revenue. The code is its first day; the name, that of the bucket which it stands beside."""
    return Figure(
        "Revenue over time",
        LABELS["revenue"],
        row.revenue,
        code=row.current.date if row.current else "",
        name=f"compared with {row.previous.date}" if row.previous else "",
        previous=row.revenue_before,
        change=row.change,
    )
