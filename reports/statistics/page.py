"""The report page of statistics; the figures of a period stand beside those of the period it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from msgspec import structs

from packprod.admin.formats import moment
from packprod.dates import parse_instant
from packprod.exports.response import Format
from packprod.money import percentage
from packprod.observability.timing import timed
from reports.export import LABELS
from reports.figures.periods import Period
from reports.models import Statistics
from reports.pages.cards import Card, FigureFormat, figure_change, segment_rows
from reports.pages.charts import Chart, Line, bar_chart
from reports.pages.filter_bar import COMPARE_LABELS, all_time_bar, period_bar
from reports.pages.formats import NOTHING, currency, number, percent, ratio
from reports.pages.links import Links
from reports.pages.page import ReportPage
from reports.pages.parameters import PeriodParameters, ReportParameters, known_only, period_parameters
from reports.parameters import COMPARED_PERIOD, period_or_all_time
from reports.statistics.export import HOURS, WEEKDAYS, statistics_report_export
from reports.statistics.report import FIGURES, StatisticsReport, statistics_report

_FORMATS: dict[str, FigureFormat] = {
    "revenue": currency,
    "average_order_value": currency,
    "median_order_value": currency,
    "repeat_rate": percent,
    "orders_per_customer": ratio,
}
_NOTES = {"median_order_value": "accurate within 0.5 %", "repeat_rate": "of customers ordered twice or more"}


@admin.register(Statistics)
class StatisticsPage(ReportPage[ReportParameters, StatisticsReport]):
    """What all orders together say, or those of a period; its parameters are PeriodParameters only where a period is
    given."""

    template = "admin/reports/statistics.html"

    def parameters(self, request: HttpRequest, now: datetime) -> ReportParameters:
        if period_or_all_time(known_only(request, COMPARED_PERIOD), now=now) is None:
            return ReportParameters(now=now)
        return period_parameters(request, known=COMPARED_PERIOD, now=now)

    def default_parameters(self, now: datetime) -> ReportParameters:
        return ReportParameters(now=now)

    def read(self, params: ReportParameters) -> StatisticsReport:
        with timed("reportStatistics") as reading:
            if isinstance(params, PeriodParameters):
                report = statistics_report(now=params.now, period=params.period, compare=params.compare)
            else:
                report = statistics_report(now=params.now)
            reading.hit(items=report.orders)
        return report

    def context(self, report: StatisticsReport, params: ReportParameters, links: Links) -> dict[str, Any]:
        period, segments = _period(params), segment_rows(report.segments, links)
        before = report.previous
        weekdays, hours = (before.orders_by_weekday, before.orders_by_hour) if before else (None, None)
        return {
            "cards": [_card(name, report, params, links) for name in FIGURES],
            "percentiles": _percentiles(report, links, period=period),
            "weekdays": _distribution("weekday", WEEKDAYS, 3, report.orders_by_weekday, weekdays, params),
            "hours": _distribution("hour", HOURS, 2, report.orders_by_hour, hours, params),
            "segments": segments,
            "first": _moment(report.first_order_date),
            "last": _moment(report.last_order_date),
            "is_empty": report.orders == 0,
            "is_new": not any(row["customers"] for row in segments),
            "is_all_time": period is None,
        }

    def filter_bar(self, params: ReportParameters) -> dict[str, Any]:
        if isinstance(params, PeriodParameters):
            return period_bar(params, known=COMPARED_PERIOD, all_time=True)
        return all_time_bar(params)

    def file(self, report: StatisticsReport, params: ReportParameters, *, format: Format) -> HttpResponseBase:
        return statistics_report_export(report, now=params.now, period=_period(params), format=format)


def _period(params: ReportParameters) -> Period | None:
    """None of all time."""
    return params.period if isinstance(params, PeriodParameters) else None


def _moment(text: str | None) -> str:
    return moment(parse_instant(text)) if text else NOTHING


def _card(name: str, report: StatisticsReport, params: ReportParameters, links: Links) -> Card:
    """The card of one figure, by its field."""
    as_text, label, note = _FORMATS.get(name, number), LABELS[name].removesuffix(" (%)"), _NOTES.get(name, "")
    value = getattr(report, name)
    if not isinstance(params, PeriodParameters):
        url = {"orders": links.orders(), "revenue": links.orders(), "customers": links.customers()}.get(name, "")
        return Card(label, as_text(value), url=url, note=note)
    has_list = name in ("orders", "revenue")
    url, before_url = (links.orders(one) if has_list else "" for one in (params.period, params.compared))
    percent_changed, before = getattr(report.change, name), getattr(report.previous, name)
    change = figure_change(percent_changed, value, before, as_text, before_url)
    return Card(label, as_text(value), change, url, note)


def _percentiles(report: StatisticsReport, links: Links, *, period: Period | None) -> list[dict[str, Any]]:
    """Which share of the orders is worth at most how much; `before` is None of all time."""
    values = structs.asdict(report.order_value_percentiles)
    before = report.previous and report.previous.order_value_percentiles
    greatest = max((value for value in values.values() if value is not None), default=None)
    return [
        {
            "share": name[1:],
            "value": value,
            "before": getattr(before, name, None),
            "bar": percentage(max(value, 0), greatest) if greatest else 0,
            "url": links.orders(period, at_most=value),
        }
        for name, value in values.items()
        if value is not None
    ]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Orders by weekday or hour, as a chart and as the rows of its table."""

    chart: Chart
    rows: Sequence[dict[str, Any]]


def _distribution(
    name: str,
    titles: Sequence[str],
    label_length: int,
    counts: Sequence[int],
    before: Sequence[int] | None,
    params: ReportParameters,
) -> Distribution:
    """Counts by title; labels of the chart are the first letters of the titles."""
    labels, most = [title[:label_length] for title in titles], max(counts)
    summary = f"Orders by {name}: most on {titles[counts.index(most)]} with {number(most)}."
    other = COMPARE_LABELS[params.compare] if isinstance(params, PeriodParameters) else ""
    earlier = Line(other.capitalize(), before, [f"{label}, {other}" for label in labels]) if before else None
    chart = bar_chart(Line("Orders", counts, labels), earlier, summary=summary)
    whole = sum(counts)
    rows = [
        {"title": title, "orders": count, "share": percentage(count, whole), "before": previous}
        for title, count, previous in zip_longest(titles, counts, before or ())
    ]
    return Distribution(chart, rows)
