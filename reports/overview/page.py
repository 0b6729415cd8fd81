"""The overview: the report page, and the start page of the admin."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from msgspec import structs

from packprod.exports.response import Format
from packprod.money import percentage
from packprod.observability.timing import timed
from packprod.rights import TOP_CUSTOMERS, may
from reports.comparison import Trend
from reports.models import Overview
from reports.overview.export import overview_report_export
from reports.overview.report import OverviewReading, OverviewReport, TopCustomer
from reports.pages.cards import cards, segment_rows
from reports.pages.charts import revenue_chart, trend_rows
from reports.pages.links import Links
from reports.pages.page import PeriodPage
from reports.pages.parameters import PeriodParameters
from reports.parameters import COMPARED_PERIOD, GRANULARITY, SEGMENT
from reports.products.report import TopProduct

OverviewAndTrend = tuple[OverviewReport, Trend]


@admin.register(Overview)
class OverviewPage(PeriodPage[OverviewAndTrend]):
    """How business goes."""

    template = "admin/reports/overview.html"
    known_parameters = (*COMPARED_PERIOD, GRANULARITY, SEGMENT)

    def _parameters(self, request: HttpRequest, *, now: datetime) -> tuple[PeriodParameters, bool]:
        params, is_wrong = super()._parameters(request, now=now)
        return replace(params, names_customers=may(request.user, TOP_CUSTOMERS.view)), is_wrong

    def read(self, params: PeriodParameters) -> OverviewAndTrend:
        with timed("reportOverview") as reading:
            read = OverviewReading(
                params.period, params.compare, params.now, params.segment, params.names_customers, params.granularity
            )
            report, trend = read.report(), read.trend()
            reading.hit(items=report.orders)
        return report, trend

    def context(self, report: OverviewAndTrend, params: PeriodParameters, links: Links) -> dict[str, Any]:
        overview, trend = report
        previous, segments = overview.previous, segment_rows(overview.segments, links)
        return {
            "cards": cards(overview, previous, overview.change, params, links),
            "chart": revenue_chart(trend, params, links, total=overview.revenue, earlier_total=previous.revenue),
            "rows": trend_rows(trend, params, links),
            "segments": segments,
            "products": _ranked((row, links.product(row.product_code)) for row in overview.top_products or ()),
            "products_url": links.report("products", params.query(granularity=None, segment=None)),
            "customers": _ranked((row, links.customer(row.contact_id)) for row in overview.top_customers or ()),
            "names_customers": params.names_customers,
            "customers_url": links.customers(segment=params.segment),
            "parked": overview.parked,
            "parked_url": links.parked_orders(),
            "is_empty": overview.orders == 0,
            "is_new": not any(row["customers"] for row in segments),
        }

    def file(self, report: OverviewAndTrend, params: PeriodParameters, *, format: Format) -> HttpResponseBase:
        return overview_report_export(*report, period=params.period, format=format, narrowed=params.segment)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's DASHBOARD_CALLBACK: the overview for those who may see it, else a plain welcome."""
    page = OverviewPage(Overview, admin.site)
    if not page.has_view_permission(request):
        return context | {"title": "Welcome"}
    return context | page.page_context(request)


def _ranked(rows: Iterable[tuple[TopProduct | TopCustomer, str]]) -> list[dict[str, Any]]:
    """Each with its address and a bar as long as its revenue against the greatest, in percent."""
    ranked = list(rows)
    greatest = max((row.revenue for row, _ in ranked), default=Decimal(0))
    return [
        {**structs.asdict(row), "url": url, "bar": percentage(max(row.revenue, Decimal(0)), greatest)}
        for row, url in ranked
    ]
