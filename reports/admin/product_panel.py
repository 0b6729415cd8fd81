"""Sales over time on a product's page. The figures by month are a report's, so reports adds the panel."""

from datetime import date, timedelta

from django.http import HttpRequest

from orders.models import Product
from orders.presentation import money
from packprod.admin.formats import currency
from packprod.admin.panels import Panel
from packprod.admin.parts import bars_panel
from packprod.dates import business_date, utc_now
from reports.figures import Figures
from reports.narrowing import only_product
from reports.periods import Period, bucket_starts
from reports.selectors import figures_by

MONTHS = 24


def sales_panel(face: Product, request: HttpRequest) -> Panel:
    """Revenue of the last two years by month: the sum of its lines in orders that count."""
    period = Period(_months_ago(business_date(utc_now())), business_date(utc_now()))
    narrow = only_product(face.product_code)
    by_month = figures_by(period, "month", narrow.columns)
    found = {start: narrow.narrowed(figures) for start, figures in by_month.items()}
    months = [(start, found.get(start, Figures())) for start in bucket_starts(period, "month")]
    bars = [(f"{start:%b %y}", figures.revenue) for start, figures in months]
    return bars_panel("Revenue by month", bars, told=[currency(money(revenue)) for _, revenue in bars])


def _months_ago(today: date) -> date:
    """The first day of the oldest month shown."""
    start = today.replace(day=1)
    for _ in range(MONTHS - 1):
        start = (start - timedelta(days=1)).replace(day=1)
    return start
