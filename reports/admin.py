"""The report pages of the admin; each lies in the room of its report. Importing a page registers it."""

from packprod.admin.panels import register_panel
from reports.cohorts.page import CohortsPage
from reports.health.page import DataHealthPage
from reports.overdue.page import OverduePage
from reports.overview.page import OverviewPage
from reports.performance.page import PerformancePage
from reports.products.page import ProductsPage
from reports.sales.page import SalesPage
from reports.sales.product_panel import sales_panel
from reports.statistics.page import StatisticsPage

__all__ = [
    "CohortsPage",
    "DataHealthPage",
    "OverduePage",
    "OverviewPage",
    "PerformancePage",
    "ProductsPage",
    "SalesPage",
    "StatisticsPage",
]

register_panel("orders.product", "sales", sales_panel, order=20)
