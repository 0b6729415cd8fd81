"""Addresses of the reports API; a final slash is welcome and not needed."""

from django.urls import re_path

from reports.cohorts.api import CohortsView
from reports.health.api import DataHealthView
from reports.overdue.api import OverdueView
from reports.overview.api import OverviewView
from reports.products.api import ProductsReportView
from reports.sales.api import SalesReportView
from reports.statistics.api import StatisticsView

urlpatterns = [
    re_path(r"^api/reports/overview/?\Z", OverviewView.as_view(), name="report-overview"),
    re_path(r"^api/reports/products/?\Z", ProductsReportView.as_view(), name="report-products"),
    re_path(r"^api/reports/sales/?\Z", SalesReportView.as_view(), name="report-sales"),
    re_path(r"^api/reports/statistics/?\Z", StatisticsView.as_view(), name="report-statistics"),
    re_path(r"^api/reports/cohorts/?\Z", CohortsView.as_view(), name="report-cohorts"),
    re_path(r"^api/health/data/?\Z", DataHealthView.as_view(), name="data-health"),
    re_path(r"^api/reports/overdue/?\Z", OverdueView.as_view(), name="report-overdue"),
]
