"""The report page of products by revenue."""

from typing import Any

from django.contrib import admin
from django.http import HttpResponseBase
from msgspec import structs

from packprod.api.parameters import Text
from packprod.exports.response import Format
from packprod.money import percentage
from packprod.observability.timing import timed
from reports.models import Products
from reports.pages.cards import FigureChange, figure_change
from reports.pages.formats import currency, number
from reports.pages.links import Links
from reports.pages.page import PeriodPage
from reports.pages.parameters import PeriodParameters
from reports.parameters import COMPARED_PERIOD
from reports.products.export import products_report_export
from reports.products.report import ProductsReport, ReportProduct, products_report

MOST = 100  # a table of a thousand takes a second to draw; files have all
ROWS = Text("rows", f"`all` for every product, else the {MOST} with most revenue.")
_FORMATS = {"orders": number, "units": number, "revenue": currency}


@admin.register(Products)
class ProductsPage(PeriodPage[ProductsReport]):
    """What was sold in a period, beside another."""

    template = "admin/reports/products.html"
    known_parameters = (*COMPARED_PERIOD, ROWS)

    def read(self, params: PeriodParameters) -> ProductsReport:
        with timed("reportProducts") as reading:
            report = products_report(period=params.period, compare=params.compare)
            reading.hit(items=len(report.products))
        return report

    def context(self, report: ProductsReport, params: PeriodParameters, links: Links) -> dict[str, Any]:
        products, totals = report.products, report.totals
        drawn = products if params.given.get("rows") == "all" else products[:MOST]
        greatest = max((row.share or 0 for row in products), default=0)
        return {
            "rows": [
                {
                    **structs.asdict(row),
                    "bar": percentage(max(row.share or 0, 0), greatest),
                    "changes": _changes(row, row.previous, row.change),
                    **_links(row, params, links),
                }
                for row in drawn
            ],
            "all_url": params.query(rows="all") if len(drawn) < len(products) else "",
            "products": totals.products,
            "totals": {
                **structs.asdict(totals.sold),
                "changes": _changes(totals.sold, totals.previous, totals.change),
            },
            "is_empty": not products,
        }

    def file(self, report: ProductsReport, params: PeriodParameters, *, format: Format) -> HttpResponseBase:
        return products_report_export(report.products, period=params.period, format=format)


def _changes(now: object, before: object, change: object) -> dict[str, FigureChange | None]:
    """How each figure changed that the three objects have."""
    return {
        name: figure_change(getattr(change, name), getattr(now, name), getattr(before, name), as_text)
        for name, as_text in _FORMATS.items()
        if hasattr(change, name)
    }


def _links(row: ReportProduct, params: PeriodParameters, links: Links) -> dict[str, str]:
    return {
        "url": links.product(row.product_code),
        "orders_url": links.orders(params.period, product=row.product_code),
        "sales_url": links.report("sales", params.query(product=row.product_code)),
    }
