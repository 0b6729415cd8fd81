"""Sales over time."""

from typing import Any

from django.contrib import admin

from reports.admin.asked import OVER_TIME, Asked
from reports.admin.cards import cards
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.admin.trend import revenue_chart, trend_rows
from reports.models import Sales
from reports.services import sales_report


@admin.register(Sales)
class SalesPage(ReportPage):
    """Orders, revenue and units by day, week or month."""

    template = "admin/reports/sales.html"
    operation = "reportSales"
    parameters = OVER_TIME

    def read(self, asked: Asked) -> dict[str, Any]:
        return sales_report(
            period=asked.period, granularity=asked.granularity, compare=asked.compare, previous_series=True
        )

    def shown(self, report: dict[str, Any], asked: Asked, links: Links) -> dict[str, Any]:
        totals = report["totals"]
        return {
            "cards": cards(totals, report["previous"], report["change"], url=links.orders(asked.period)),
            "chart": revenue_chart(report, asked, links, total=totals["revenue"]),
            "rows": trend_rows(report, asked, links),
            "totals": totals | {"before": report["previous"]["revenue"], "change": report["change"]["revenue"]},
            "is_empty": totals["orders"] == 0,
        }
