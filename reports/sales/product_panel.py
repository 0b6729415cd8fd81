"""Sales over time on a product's page. The figures by month are a report's, so reports adds the panel."""

from django.http import HttpRequest

from orders.models import Product
from packprod.admin.formats import currency
from packprod.admin.panels import Panel, bars_panel
from packprod.dates import business_date, utc_now
from packprod.money import money
from packprod.months import first_day, last_months, month_of
from reports.figures.held_figures import PeriodTotals
from reports.figures.narrowing import only_product
from reports.figures.periods import Period, bucket_starts
from reports.figures.selectors import figure_versions, figures_of, totals_by

MONTHS = 24


def sales_panel(product: Product, request: HttpRequest) -> Panel:
    """Revenue of the last two years by month: the sum of its lines in orders that count."""
    today = business_date(utc_now())
    period = Period(first_day(last_months(MONTHS, until=month_of(today)).first), today)
    narrow, versions = only_product(product.product_code), figure_versions(period)
    found = totals_by(figures_of(period, versions=versions, granularity="month", narrow=narrow), "month")
    months = [(start, found.get(start, PeriodTotals())) for start in bucket_starts(period, "month")]
    bars = [(f"{start:%b %y}", figures.revenue) for start, figures in months]
    return bars_panel("Revenue by month", bars, texts=[currency(money(revenue)) for _, revenue in bars])
