"""The report pages of the admin, one module each: parse, call one report, render."""

from packprod.admin.panels import register_panel
from reports.admin import cohorts as cohorts
from reports.admin import data_health as data_health
from reports.admin import overdue as overdue
from reports.admin import overview as overview
from reports.admin import performance as performance
from reports.admin import products as products
from reports.admin import sales as sales
from reports.admin import statistics as statistics
from reports.admin.product_panel import sales_panel

register_panel("orders.product", "sales", sales_panel, order=20)
