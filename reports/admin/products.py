"""Products by revenue."""

from decimal import Decimal
from typing import Any

from django.contrib import admin

from reports.admin.asked import PERIOD, Asked
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.models import Products
from reports.services import products_report


@admin.register(Products)
class ProductsPage(ReportPage):
    """What was sold in a period."""

    template = "admin/reports/products.html"
    operation = "reportProducts"
    parameters = PERIOD

    def read(self, asked: Asked) -> list[dict[str, Any]]:
        return products_report(period=asked.period)

    def shown(self, report: list[dict[str, Any]], asked: Asked, links: Links) -> dict[str, Any]:
        rows = [
            {
                **row,
                "url": links.product(row["productCode"]),
                "orders_url": links.orders(asked.period, product=row["productCode"]),
            }
            for row in report
        ]
        return {
            "rows": rows,
            "totals": {
                "products": len(rows),
                "units": sum((row["units"] for row in rows), Decimal(0)),
                "revenue": sum((row["revenue"] for row in rows), Decimal(0)),
            },
            "is_empty": not rows,
        }
