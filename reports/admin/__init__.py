"""The report pages of the admin, one module each: parse, call one report, render."""

from reports.admin import cohorts as cohorts
from reports.admin import overdue as overdue
from reports.admin import overview as overview
from reports.admin import performance as performance
from reports.admin import products as products
from reports.admin import sales as sales
from reports.admin import statistics as statistics
