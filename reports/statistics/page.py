"""The report page of statistics; the figures of a period stand beside those of the period it is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from packprod.admin.formats import moment
from packprod.dates import parse_instant
from packprod.exports.response import Format
from packprod.money import percentage
from packprod.observability.timing import timed
from reports.figures.figure_rows import LABELS
from reports.figures.periods import Period
from reports.models import Statistics
from reports.overview.page import segment_rows
from reports.pages.cards import Card, FigureFormat, moved
from reports.pages.charts import Chart, Line, bar_chart
from reports.pages.filter_bar import COMPARE_LABELS, all_time_bar, period_bar
from reports.pages.formats import NOTHING, currency, number, ratio
from reports.pages.formats import percent as percent_text
from reports.pages.links import Links
from reports.pages.page import ReportPage
from reports.pages.parameters import (
    PERIOD_AND_COMPARE,
    PeriodParameters,
    ReportParameters,
    known_only,
    period_parameters,
)
from reports.parameters import asked_period_or_all_time
from reports.statistics.export import HOURS, WEEKDAYS, statistics_report_export
from reports.statistics.report import FIGURES, statistics_report


@admin.register(Statistics)
class StatisticsPage(ReportPage):
    """What the orders together say; what is asked is an PeriodParameters only where a period is named."""

    template = "admin/reports/statistics.html"

    def ask(self, request: HttpRequest, now: datetime) -> ReportParameters:
        if asked_period_or_all_time(known_only(request, PERIOD_AND_COMPARE), now=now) is None:
            return ReportParameters(now=now)
        return period_parameters(request, parameters=PERIOD_AND_COMPARE, now=now)

    def ask_by_default(self, now: datetime) -> ReportParameters:
        return ReportParameters(now=now)

    def read(self, asked: ReportParameters) -> dict[str, Any]:
        with timed("reportStatistics") as reading:
            if isinstance(asked, PeriodParameters):
                report = statistics_report(now=asked.now, period=asked.period, compare=asked.compare)
            else:
                report = statistics_report(now=asked.now)
            reading.hit(items=report["orders"])
        return report

    def shown(self, report: dict[str, Any], asked: ReportParameters, links: Links) -> dict[str, Any]:
        period = asked.period if isinstance(asked, PeriodParameters) else None
        return {
            "statistics_cards": statistics_cards(report, asked, links),
            "percentiles": percentiles(report, links, period=period),
            "weekdays": weekdays(report, asked),
            "hours": hours(report, asked),
            "segments": segment_rows(report["segments"], links),
            "first": _moment(report["firstOrderDate"]),
            "last": _moment(report["lastOrderDate"]),
            "is_empty": report["orders"] == 0,
            "is_new": not any(report["segments"].values()),
            "is_all_time": period is None,
        }

    def bar(self, asked: ReportParameters) -> dict[str, Any]:
        if isinstance(asked, PeriodParameters):
            return period_bar(asked, parameters=PERIOD_AND_COMPARE, all_time=True)
        return all_time_bar(asked)

    def file(self, report: dict[str, Any], asked: ReportParameters, *, format: Format) -> HttpResponseBase:
        period = asked.period if isinstance(asked, PeriodParameters) else None
        return statistics_report_export(report, now=asked.now, period=period, format=format)


def _moment(text: str | None) -> str:
    return moment(parse_instant(text)) if text else NOTHING


Report = Mapping[str, Any]


_FORMATS: dict[str, FigureFormat] = {
    "revenue": currency,
    "averageOrderValue": currency,
    "medianOrderValue": currency,
    "repeatRate": percent_text,
    "ordersPerCustomer": ratio,
}


_NOTES = {"medianOrderValue": "accurate within 0.5 %", "repeatRate": "of customers ordered twice or more"}


@dataclass(frozen=True, slots=True)
class Distribution:
    """Orders by something, as a chart and as the rows of its table."""

    chart: Chart
    rows: Sequence[dict[str, Any]]


def statistics_cards(report: Report, asked: ReportParameters, links: Links) -> list[Card]:
    """A card for every figure that is one number."""
    return [_card(name, report, asked, links) for name in FIGURES]


def _card(name: str, report: Report, asked: ReportParameters, links: Links) -> Card:
    shown, label = _FORMATS.get(name, number), LABELS[name].removesuffix(" (%)")
    if not isinstance(asked, PeriodParameters):
        url = {"orders": links.orders(), "revenue": links.orders(), "customers": links.customers()}.get(name, "")
        return Card(label, shown(report[name]), url=url, note=_NOTES.get(name, ""))
    has_list = name in ("orders", "revenue")
    url, before_url = (links.orders(one) if has_list else "" for one in (asked.period, asked.compared))
    change = moved(report["change"][name], report[name], report["previous"][name], shown, before_url)
    return Card(label, shown(report[name]), change, url, _NOTES.get(name, ""))


def percentiles(report: Report, links: Links, *, period: Period | None) -> list[dict[str, Any]]:
    """Which share of the orders is worth at most how much; `before` is None of all time."""
    values, before = report["orderValuePercentiles"], (report["previous"] or {}).get("orderValuePercentiles", {})
    greatest = max((value for value in values.values() if value is not None), default=None)
    return [
        {
            "share": name[1:],
            "value": value,
            "before": before.get(name),
            "bar": percentage(max(value, 0), greatest) if greatest else 0,
            "url": links.orders(period, at_most=value),
        }
        for name, value in values.items()
        if value is not None
    ]


def weekdays(report: Report, asked: ReportParameters) -> Distribution:
    """Orders by weekday, Monday first."""
    return _distribution("ordersByWeekday", "weekday", [name[:3] for name in WEEKDAYS], WEEKDAYS, report, asked)


def hours(report: Report, asked: ReportParameters) -> Distribution:
    """Orders by hour of the business day."""
    return _distribution("ordersByHour", "hour", [title[:2] for title in HOURS], HOURS, report, asked)


def _distribution(
    key: str, name: str, labels: Sequence[str], titles: Sequence[str], report: Report, asked: ReportParameters
) -> Distribution:
    counts, before = report[key], (report["previous"] or {}).get(key)
    most = titles[counts.index(max(counts))]
    summary = f"Orders by {name}: most on {most} with {number(max(counts))}."
    other = COMPARE_LABELS[asked.compare] if isinstance(asked, PeriodParameters) else ""
    earlier = Line(other.capitalize(), before, [f"{label}, {other}" for label in labels]) if before else None
    return Distribution(
        bar_chart(Line("Orders", counts, labels), earlier, summary=summary), _rows(titles, counts, before)
    )


def _rows(titles: Sequence[str], counts: Sequence[int], before: Sequence[int] | None) -> list[dict[str, Any]]:
    whole = sum(counts)
    return [
        {"title": title, "orders": count, "share": percentage(count, whole), "before": earlier}
        for title, count, earlier in zip_longest(titles, counts, before or ())
    ]
