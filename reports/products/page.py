"""The report page of products by revenue."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpResponseBase

from packprod.exports.response import Format
from packprod.money import percentage
from packprod.observability.timing import timed
from reports.models import Products
from reports.pages.cards import Change, moved
from reports.pages.formats import currency, number
from reports.pages.links import Links
from reports.pages.page import PeriodPage
from reports.pages.parameters import PERIOD_AND_COMPARE, PeriodParameters
from reports.products.export import products_report_export
from reports.products.report import products_report

Report = dict[str, Any]


MOST = 100  # a table of a thousand takes a second to draw; files have all


_FIGURES = {"orders": number, "units": number, "revenue": currency}


@admin.register(Products)
class ProductsPage(PeriodPage):
    """What was sold in a period, beside another."""

    template = "admin/reports/products.html"
    parameters = (*PERIOD_AND_COMPARE, "rows")

    def read(self, asked: PeriodParameters) -> Report:
        with timed("reportProducts") as reading:
            report = products_report(period=asked.period, compare=asked.compare)
            reading.hit(items=len(report["products"]))
        return report

    def shown(self, report: Report, asked: PeriodParameters, links: Links) -> dict[str, Any]:
        rows = report["products"]
        drawn = rows if asked.given.get("rows") == "all" else rows[:MOST]
        greatest = max((row["share"] or 0 for row in rows), default=0)
        return {
            "rows": [
                {
                    **row,
                    "bar": percentage(max(row["share"] or 0, 0), greatest),
                    "moved": _moved(row),
                    **_links(row["productCode"], asked, links),
                }
                for row in drawn
            ],
            "all_url": asked.query(rows="all") if len(drawn) < len(rows) else "",
            "totals": report["totals"] | {"moved": _moved(report["totals"])},
            "is_empty": not rows,
        }

    def file(self, report: Report, asked: PeriodParameters, *, format: Format) -> HttpResponseBase:
        return products_report_export(report["products"], period=asked.period, format=format)


def _moved(row: Mapping[str, Any]) -> dict[str, Change | None]:
    """How each of its figures moved, where it has them."""
    return {
        name: moved(row["change"][name], row[name], row["previous"][name], shown)
        for name, shown in _FIGURES.items()
        if name in row
    }


def _links(code: str, asked: PeriodParameters, links: Links) -> dict[str, str]:
    return {
        "url": links.product(code),
        "orders_url": links.orders(asked.period, product=code),
        "sales_url": links.report("sales", asked.query(product=code)),
    }
