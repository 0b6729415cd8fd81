"""Statistics: of all time, or of a period beside another."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from packprod.admin.formats import moment
from packprod.dates import parse_instant
from packprod.exports.response import Format
from packprod.observability.timing import timed
from reports.admin.asked import PERIOD, Asked, AskedPeriod, asked_for_period, known_only
from reports.admin.filter_bar import all_time_bar, period_bar
from reports.admin.links import Links
from reports.admin.overview import segment_rows
from reports.admin.page import ReportPage
from reports.admin.statistics_figures import cards, hours, percentiles, weekdays
from reports.asked_period import asked_period_or_all_time
from reports.exports import statistics_report_export
from reports.formats import NOTHING
from reports.models import Statistics
from reports.services import statistics_report


@admin.register(Statistics)
class StatisticsPage(ReportPage):
    """What the orders together say; what is asked is an AskedPeriod only where a period is named."""

    template = "admin/reports/statistics.html"

    def ask(self, request: HttpRequest, now: datetime) -> Asked:
        if asked_period_or_all_time(known_only(request, PERIOD), now=now) is None:
            return Asked(now=now)
        return asked_for_period(request, parameters=PERIOD, now=now)

    def ask_by_default(self, now: datetime) -> Asked:
        return Asked(now=now)

    def read(self, asked: Asked) -> dict[str, Any]:
        with timed("reportStatistics") as reading:
            if isinstance(asked, AskedPeriod):
                report = statistics_report(now=asked.now, period=asked.period, compare=asked.compare)
            else:
                report = statistics_report(now=asked.now)
            reading.hit(items=report["orders"])
        return report

    def shown(self, report: dict[str, Any], asked: Asked, links: Links) -> dict[str, Any]:
        period = asked.period if isinstance(asked, AskedPeriod) else None
        return {
            "cards": cards(report, asked, links),
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

    def bar(self, asked: Asked) -> dict[str, Any]:
        if isinstance(asked, AskedPeriod):
            return period_bar(asked, parameters=PERIOD, all_time=True)
        return all_time_bar(asked)

    def file(self, report: dict[str, Any], asked: Asked, *, format: Format) -> HttpResponseBase:
        period = asked.period if isinstance(asked, AskedPeriod) else None
        return statistics_report_export(report, now=asked.now, period=period, format=format)


def _moment(text: str | None) -> str:
    return moment(parse_instant(text)) if text else NOTHING
