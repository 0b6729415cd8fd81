"""The report page of sales over time."""

from typing import Any

from django.contrib import admin
from django.http import HttpResponseBase

from packprod.exports.response import Format
from packprod.observability.timing import timed
from reports.figures.narrowing import narrowing
from reports.models import Sales
from reports.pages.cards import cards
from reports.pages.charts import revenue_chart, trend_rows
from reports.pages.links import Links
from reports.pages.page import PeriodPage
from reports.pages.parameters import PERIOD_AND_GRANULARITY, PeriodParameters
from reports.sales.export import sales_report_export
from reports.sales.report import sales_report


@admin.register(Sales)
class SalesPage(PeriodPage):
    """Orders, revenue and units by day, week or month."""

    template = "admin/reports/sales.html"
    parameters = (*PERIOD_AND_GRANULARITY, "product", "segment")

    def read(self, asked: PeriodParameters) -> dict[str, Any]:
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

    def shown(self, report: dict[str, Any], asked: PeriodParameters, links: Links) -> dict[str, Any]:
        totals, previous, change = report["totals"], report["previous"], report["change"]
        return {
            "cards": cards({**totals, "previous": previous}, asked, links, change=change),
            "chart": revenue_chart(report, asked, links, total=totals["revenue"]),
            "rows": trend_rows(report, asked, links),
            "totals": {**totals, "before": previous["revenue"], "change": change["revenue"]},
            "is_empty": totals["orders"] == 0 and previous["orders"] == 0,
        }

    def file(self, report: dict[str, Any], asked: PeriodParameters, *, format: Format) -> HttpResponseBase:
        narrowed = asked.product or asked.segment
        return sales_report_export(report, period=asked.period, format=format, narrowed=narrowed)
