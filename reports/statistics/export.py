"""The statistics as a file: one figure a row."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from django.http import StreamingHttpResponse
from msgspec import structs

from packprod.dates import business_date, parse_instant
from packprod.exports.export import Column, Export, Kind
from packprod.exports.response import Format, export_response
from reports.export import LABELS, Figure, compared_periods, report_file_name, segment_figures
from reports.figures.periods import Period
from reports.statistics.report import FIGURES, StatisticsReport

STATISTICS: Export[Figure] = Export(
    "statistics",
    (
        Column("Section", lambda row: row.section),
        Column("Figure", lambda row: row.figure, width=30),
        Column("Value", lambda row: row.value, Kind.NUMBER, width=16),
        Column("Instant", lambda row: row.instant, Kind.INSTANT),
        Column("Compared with", lambda row: row.previous, Kind.NUMBER, width=16),
        Column("Change (%)", lambda row: row.change, Kind.NUMBER),
    ),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = tuple(f"{hour:02d}:00" for hour in range(24))


def statistics_report_export(
    report: StatisticsReport, *, now: datetime, period: Period | None = None, format: Format
) -> StreamingHttpResponse:
    """The statistics as a file. Without a period (all time) its name has the day of the request. Raises
    TooManyExports."""
    name = report_file_name("statistics", period or Period(business_date(now), business_date(now)))
    return export_response(STATISTICS, statistics_rows(report), format=format, filename=name)


def statistics_rows(report: StatisticsReport) -> Iterator[Figure]:
    """Figures, percentiles, segments, orders by weekday and hour, first and last order; of a period beside those of
    the one it is compared with."""
    before, change = report.previous, report.change
    if report.period and before:
        yield Figure("Period", compared_periods(report.period, before.period))
    for name in FIGURES:
        previous, percent = (getattr(one, name, None) for one in (before, change))
        yield Figure("Figures", LABELS[name], getattr(report, name), previous=previous, change=percent)
    for name, value in structs.asdict(report.order_value_percentiles).items():
        previous = getattr(before.order_value_percentiles, name) if before else None
        yield Figure("Order value percentiles", name, value, previous=previous)
    yield from segment_figures(report.segments)
    weekdays, hours = (before.orders_by_weekday, before.orders_by_hour) if before else ([], [])
    yield from _counts("Orders by weekday", WEEKDAYS, report.orders_by_weekday, weekdays)
    yield from _counts("Orders by hour", HOURS, report.orders_by_hour, hours)
    for text, label in ((report.first_order_date, "First order"), (report.last_order_date, "Last order")):
        yield Figure("Orders", label, instant=parse_instant(text) if text else None)


def _counts(section: str, titles: Sequence[str], now: Sequence[int], before: Sequence[int]) -> Iterator[Figure]:
    for title, orders, previous in zip_longest(titles, now, before):
        yield Figure(section, title, orders, previous=previous)
