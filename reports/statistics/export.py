"""The statistics as a file: one figure a row."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from django.http import StreamingHttpResponse

from packprod.dates import business_date, parse_instant
from packprod.exports.export import Column, Export, Kind
from packprod.exports.response import Format, export_response
from reports.figures.figure_rows import LABELS, Figure, Row, period_text, report_file_name, segment_rows
from reports.figures.periods import Period
from reports.statistics.report import FIGURES

_STATISTICS_COLUMNS: tuple[Column[Figure], ...] = (
    Column("Section", lambda row: row.section),
    Column("Figure", lambda row: row.figure, width=30),
    Column("Value", lambda row: row.value, Kind.NUMBER, width=16),
    Column("Instant", lambda row: row.instant, Kind.INSTANT),
    Column("Compared with", lambda row: row.previous, Kind.NUMBER, width=16),
    Column("Change (%)", lambda row: row.change, Kind.NUMBER),
)


STATISTICS_REPORT = Export("statistics", _STATISTICS_COLUMNS)


def statistics_report_export(
    data: Row, *, now: datetime, period: Period | None = None, format: Format
) -> StreamingHttpResponse:
    """What `statistics_report` gave; of all time the name has the day it was asked for."""
    name = report_file_name("statistics", period or Period(business_date(now), business_date(now)))
    return export_response(STATISTICS_REPORT, statistics_rows(data), format=format, filename=name)


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


HOURS = tuple(f"{hour:02d}:00" for hour in range(24))


def statistics_rows(data: Row) -> Iterator[Figure]:
    """Figures, percentiles, segments, orders by weekday and hour, first and last order; of a period beside those of
    the one it is compared with."""
    before, change = data["previous"] or {}, data["change"] or {}
    if before:
        yield Figure("Period", f"{period_text(data['period'])}, compared with {period_text(before['period'])}")
    for key in FIGURES:
        yield Figure("Figures", LABELS[key], data[key], previous=before.get(key), change=change.get(key))
    for name, value in data["orderValuePercentiles"].items():
        previous = before["orderValuePercentiles"][name] if before else None
        yield Figure("Order value percentiles", name, value, previous=previous)
    yield from segment_rows(data)
    yield from _counts("Orders by weekday", WEEKDAYS, data["ordersByWeekday"], before.get("ordersByWeekday", ()))
    yield from _counts("Orders by hour", HOURS, data["ordersByHour"], before.get("ordersByHour", ()))
    for key, label in (("firstOrderDate", "First order"), ("lastOrderDate", "Last order")):
        yield Figure("Orders", label, instant=data[key] and parse_instant(data[key]))


def _counts(section: str, titles: Sequence[str], now: Sequence[int], before: Sequence[int]) -> Iterator[Figure]:
    for title, orders, previous in zip_longest(titles, now, before):
        yield Figure(section, title, orders, previous=previous)
