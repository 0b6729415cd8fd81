"""The report page of sales over time."""

from typing import Any

from django.contrib import admin
from django.http import HttpResponseBase
from msgspec import structs

from packprod.exports.response import Format
from packprod.observability.timing import timed
from reports.figures.narrowing import narrowing
from reports.models import Sales
from reports.pages.cards import cards
from reports.pages.charts import revenue_chart, trend_rows
from reports.pages.links import Links
from reports.pages.page import PeriodPage
from reports.pages.parameters import PeriodParameters
from reports.parameters import COMPARED_PERIOD, GRANULARITY, PRODUCT, SEGMENT
from reports.sales.export import sales_report_export
from reports.sales.report import SalesReport, sales_report


@admin.register(Sales)
class SalesPage(PeriodPage[SalesReport]):
    """Orders, revenue and units by day, week or month."""

    template = "admin/reports/sales.html"
    known_parameters = (*COMPARED_PERIOD, GRANULARITY, PRODUCT, SEGMENT)

    def read(self, params: PeriodParameters) -> SalesReport:
        with timed("reportSales") as reading:
            report = sales_report(
                period=params.period,
                granularity=params.granularity,
                compare=params.compare,
                narrow=narrowing(product=params.product, segment=params.segment, now=params.now),
            )
            reading.hit(items=len(report.series))
        return report

    def context(self, report: SalesReport, params: PeriodParameters, links: Links) -> dict[str, Any]:
        trend, totals, previous, change = report.compared, report.totals, report.previous, report.change
        return {
            "cards": cards(totals, previous, change, params, links),
            "chart": revenue_chart(trend, params, links, total=totals.revenue, earlier_total=previous.revenue),
            "rows": trend_rows(trend, params, links),
            "totals": {**structs.asdict(totals), "before": previous.revenue, "change": change.revenue},
            "is_empty": totals.orders == 0 and previous.orders == 0,
        }

    def file(self, report: SalesReport, params: PeriodParameters, *, format: Format) -> HttpResponseBase:
        return sales_report_export(
            report.compared,
            granularity=params.granularity,
            period=params.period,
            format=format,
            narrowed=params.product or params.segment,
        )
