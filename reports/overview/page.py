"""The overview: the report page, and the start page of the admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from customers.metrics import SEGMENTS
from packprod.exports.response import Format
from packprod.money import percentage
from packprod.observability.timing import timed
from reports.models import Overview
from reports.overview.export import overview_report_export
from reports.overview.report import overview_report
from reports.pages.cards import cards
from reports.pages.charts import revenue_chart, trend_rows
from reports.pages.links import Links
from reports.pages.page import PeriodPage
from reports.pages.parameters import PERIOD_AND_GRANULARITY, PeriodParameters

Rows = Sequence[dict[str, Any]]


@admin.register(Overview)
class OverviewPage(PeriodPage):
    """How business goes."""

    template = "admin/reports/overview.html"
    parameters = (*PERIOD_AND_GRANULARITY, "segment")

    def read(self, asked: PeriodParameters) -> dict[str, Any]:
        with timed("reportOverview") as reading:
            report = overview_report(
                period=asked.period,
                compare=asked.compare,
                granularity=asked.granularity,
                segment=asked.segment,
                now=asked.now,
            )
            reading.hit(items=report["orders"])
        return report

    def shown(self, report: dict[str, Any], asked: PeriodParameters, links: Links) -> dict[str, Any]:
        return {
            "cards": cards(report, asked, links, change=report["change"]),
            "chart": revenue_chart(report, asked, links, total=report["revenue"]),
            "rows": trend_rows(report, asked, links),
            "segments": segment_rows(report["segments"], links),
            "products": _ranked([{**row, "url": links.product(row["productCode"])} for row in _products(report)]),
            "products_url": links.report("products", asked.query(granularity=None, segment=None)),
            "customers": _ranked([{**row, "url": links.customer(row["contactID"])} for row in report["topCustomers"]]),
            "customers_url": links.customers(segment=asked.segment),
            "is_empty": report["orders"] == 0,
            "is_new": not any(report["segments"].values()),
        }

    def file(self, report: dict[str, Any], asked: PeriodParameters, *, format: Format) -> HttpResponseBase:
        return overview_report_export(report, period=asked.period, format=format, narrowed=asked.segment)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's DASHBOARD_CALLBACK: the overview for those who may see it, else a plain welcome."""
    page = OverviewPage(Overview, admin.site)
    if not page.has_view_permission(request):
        return context | {"title": "Welcome"}
    return context | page.page_context(request)


def segment_rows(counts: dict[str, int], links: Links) -> list[dict[str, Any]]:
    """The segments as they stand now, with their share of all customers in percent."""
    whole = sum(counts.values())
    return [
        {
            "name": name,
            "customers": counts[name],
            "share": percentage(counts[name], whole),
            "url": links.customers(segment=name),
        }
        for name in SEGMENTS
    ]


def _products(report: dict[str, Any]) -> Rows:
    """Absent where the report is narrowed to a segment."""
    found: Rows = report.get("topProducts", ())
    return found


def _ranked(rows: Rows) -> Rows:
    """Each with a bar as long as its revenue against the greatest, in percent."""
    greatest = max((row["revenue"] for row in rows), default=0)
    return [{**row, "bar": percentage(max(row["revenue"], 0), greatest)} for row in rows]
