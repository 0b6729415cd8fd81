"""Sales over time."""

from typing import Any

from django.contrib import admin
from django.http import HttpResponseBase

from packprod.exports.response import Format
from packprod.observability.timing import timed
from reports.admin.asked import OVER_TIME, AskedPeriod
from reports.admin.cards import cards
from reports.admin.links import Links
from reports.admin.period_page import PeriodPage
from reports.admin.trend import revenue_chart, trend_rows
from reports.exports import sales_report_export
from reports.models import Sales
from reports.services import narrowing, sales_report


@admin.register(Sales)
class SalesPage(PeriodPage):
    """Orders, revenue and units by day, week or month."""

    template = "admin/reports/sales.html"
    parameters = (*OVER_TIME, "product", "segment")

    def read(self, asked: AskedPeriod) -> dict[str, Any]:
        with timed("reportSales") as reading:
            report = sales_report(
                period=asked.period,
                granularity=asked.granularity,
                compare=asked.compare,
                narrow=narrowing(product=asked.product, segment=asked.segment, now=asked.now),
                previous_series=True,
            )
            reading.hit(items=len(report["series"]))
        return report

    def shown(self, report: dict[str, Any], asked: AskedPeriod, links: Links) -> dict[str, Any]:
        totals, previous, change = report["totals"], report["previous"], report["change"]
        return {
            "cards": cards({**totals, "previous": previous}, asked, links, change=change),
            "chart": revenue_chart(report, asked, links, total=totals["revenue"]),
            "rows": trend_rows(report, asked, links),
            "totals": {**totals, "before": previous["revenue"], "change": change["revenue"]},
            "is_empty": totals["orders"] == 0 and previous["orders"] == 0,
        }

    def file(self, report: dict[str, Any], asked: AskedPeriod, *, format: Format) -> HttpResponseBase:
        narrowed = asked.product or asked.segment
        return sales_report_export(report, period=asked.period, format=format, narrowed=narrowed)
