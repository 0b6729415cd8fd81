"""All-time statistics."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from packprod.admin.formats import moment
from packprod.dates import parse_instant
from packprod.exports.response import Format
from packprod.observability.timing import timed
from reports.admin.asked import Asked, known_only
from reports.admin.cards import Card
from reports.admin.charts import Chart, bar_chart
from reports.admin.filter_bar import business
from reports.admin.links import Links
from reports.admin.overview import segment_rows
from reports.admin.page import ReportPage
from reports.exports import WEEKDAYS, statistics_report_export
from reports.formats import NOTHING, currency, number
from reports.formats import percent as percent_text
from reports.models import Statistics
from reports.overview import percent
from reports.services import statistics_report

HOURS = tuple(f"{hour:02d}:00" for hour in range(24))


@admin.register(Statistics)
class StatisticsPage(ReportPage):
    """What all orders together say."""

    template = "admin/reports/statistics.html"

    def ask(self, request: HttpRequest, now: datetime) -> Asked:
        known_only(request, ())
        return Asked(now=now)

    def ask_by_default(self, now: datetime) -> Asked:
        return Asked(now=now)

    def read(self, asked: Asked) -> dict[str, Any]:
        with timed("reportStatistics") as reading:
            report = statistics_report(now=asked.now)
            reading.hit(items=report["orders"])
        return report

    def shown(self, report: dict[str, Any], asked: Asked, links: Links) -> dict[str, Any]:
        weekdays, hours = report["ordersByWeekday"], report["ordersByHour"]
        return {
            "cards": _cards(report, links),
            "percentiles": _percentiles(report["orderValuePercentiles"], links),
            "weekdays": _rows(WEEKDAYS, weekdays),
            "weekday_chart": _chart("weekday", [name[:3] for name in WEEKDAYS], WEEKDAYS, weekdays),
            "hours": _rows(HOURS, hours),
            "hour_chart": _chart("hour", [title[:2] for title in HOURS], HOURS, hours),
            "segments": segment_rows(report["segments"], links),
            "first": _moment(report["firstOrderDate"]),
            "last": _moment(report["lastOrderDate"]),
            "is_empty": report["orders"] == 0,
            "is_new": report["orders"] == 0,
            **business(),
        }

    def file(self, report: dict[str, Any], asked: Asked, *, format: Format) -> HttpResponseBase:
        return statistics_report_export(report, now=asked.now, format=format)


def _cards(report: dict[str, Any], links: Links) -> list[Card]:
    return [
        Card("Orders", number(report["orders"]), url=links.orders()),
        Card("Revenue", currency(report["revenue"]), url=links.orders()),
        Card("Average order value", currency(report["averageOrderValue"])),
        Card("Median order value", currency(report["medianOrderValue"]), note="within 0.5 %"),
        Card("Customers", number(report["customers"]), url=links.customers()),
        Card("Repeat rate", percent_text(report["repeatRate"]), note="of customers ordered twice or more"),
        Card("Orders per customer", number(report["ordersPerCustomer"])),
    ]


def _percentiles(values: dict[str, Any], links: Links) -> list[dict[str, Any]]:
    greatest = max((value for value in values.values() if value is not None), default=None)
    return [
        {
            "share": name[1:],
            "value": value,
            "bar": percent(max(value, 0), greatest) if greatest else 0,
            "url": links.orders(at_most=value),
        }
        for name, value in values.items()
        if value is not None
    ]


def _rows(titles: tuple[str, ...], counts: list[int]) -> list[dict[str, Any]]:
    whole = sum(counts)
    return [
        {"title": title, "orders": count, "share": percent(count, whole)}
        for title, count in zip(titles, counts, strict=True)
    ]


def _chart(name: str, labels: list[str], titles: tuple[str, ...], counts: list[int]) -> Chart:
    most = titles[counts.index(max(counts))]
    summary = f"Orders by {name}: most on {most} with {number(max(counts))}."
    return bar_chart("Orders", labels, counts, summary=summary)


def _moment(text: str | None) -> str:
    return moment(parse_instant(text)) if text else NOTHING
