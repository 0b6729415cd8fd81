"""Products by revenue."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpResponseBase

from packprod.exports.response import Format
from packprod.observability.timing import timed
from reports.admin.asked import PERIOD, AskedPeriod
from reports.admin.links import Links
from reports.admin.period_page import PeriodPage
from reports.exports import products_report_export
from reports.models import Products
from reports.overview import percent
from reports.services import products_report

Rows = list[dict[str, Any]]


@admin.register(Products)
class ProductsPage(PeriodPage):
    """What was sold in a period."""

    template = "admin/reports/products.html"
    parameters = PERIOD

    def read(self, asked: AskedPeriod) -> Rows:
        with timed("reportProducts") as reading:
            rows = products_report(period=asked.period)
            reading.hit(items=len(rows))
        return rows

    def shown(self, report: Rows, asked: AskedPeriod, links: Links) -> dict[str, Any]:
        greatest = max((row["share"] or 0 for row in report), default=0)
        return {
            "rows": [
                {**row, "bar": percent(max(row["share"] or 0, 0), greatest), **_links(row["productCode"], asked, links)}
                for row in report
            ],
            "totals": {
                "products": len(report),
                "units": sum((row["units"] for row in report), Decimal(0)),
                "revenue": sum((row["revenue"] for row in report), Decimal(0)),
            },
            "is_empty": not report,
        }

    def file(self, report: Rows, asked: AskedPeriod, *, format: Format) -> HttpResponseBase:
        return products_report_export(report, period=asked.period, format=format)


def _links(code: str, asked: AskedPeriod, links: Links) -> dict[str, str]:
    return {
        "url": links.product(code),
        "orders_url": links.orders(asked.period, product=code),
        "sales_url": links.report("sales", asked.query(product=code)),
    }
