"""The overview: the report page, and the start page of the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from customers.metrics import SEGMENTS
from reports.admin.asked import OVER_TIME, Asked
from reports.admin.cards import cards
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.admin.trend import revenue_chart, trend_rows
from reports.models import Overview
from reports.overview import percent
from reports.services import overview_report


@admin.register(Overview)
class OverviewPage(ReportPage):
    """How business goes."""

    template = "admin/reports/overview.html"
    operation = "reportOverview"
    parameters = OVER_TIME

    def read(self, asked: Asked) -> dict[str, Any]:
        return overview_report(period=asked.period, compare=asked.compare, granularity=asked.granularity, now=asked.now)

    def shown(self, report: dict[str, Any], asked: Asked, links: Links) -> dict[str, Any]:
        orders = links.orders(asked.period)
        return {
            "cards": cards(report, report["previous"], report["change"], url=orders),
            "chart": revenue_chart(report, asked, links, total=report["revenue"]),
            "rows": trend_rows(report, asked, links),
            "segments": segment_rows(report["segments"], links),
            "products": _products(report["topProducts"], links),
            "customers": _customers(report["topCustomers"], links),
            "is_empty": report["orders"] == 0,
            "is_new": not any(report["segments"].values()),
        }


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's DASHBOARD_CALLBACK: the overview for those who may see it, else a plain welcome."""
    page = OverviewPage(Overview, admin.site)
    if not page.has_view_permission(request):
        return context | {"title": "Welcome"}
    return context | {"title": page.title, **page.context(request)}


def segment_rows(counts: dict[str, int], links: Links) -> list[dict[str, Any]]:
    """The segments as they stand now, with their share of all customers in percent."""
    whole = sum(counts.values())
    return [
        {
            "name": name,
            "customers": counts[name],
            "share": percent(counts[name], whole),
            "url": links.customers(segment=name),
        }
        for name in SEGMENTS
    ]


def _products(rows: list[dict[str, Any]], links: Links) -> list[dict[str, Any]]:
    return _with_bars([{**row, "url": links.product(row["productCode"])} for row in rows])


def _customers(rows: list[dict[str, Any]], links: Links) -> list[dict[str, Any]]:
    return _with_bars([{**row, "url": links.customer(row["contactID"])} for row in rows])


def _with_bars(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each bar as long as its revenue against the greatest."""
    greatest = max((row["revenue"] for row in rows), default=0)
    return [{**row, "bar": percent(max(row["revenue"], 0), greatest)} for row in rows]
