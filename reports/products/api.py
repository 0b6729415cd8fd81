"""`GET /api/reports/products`."""

from decimal import Decimal

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.operations import operation
from packprod.api.parameters import FORMAT, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from packprod.rights import SOLD_PRODUCTS
from reports.api import IF_NONE_MATCH, edition_of, report_answer, report_answers
from reports.figures.selectors import figure_versions
from reports.parameters import COMPARE, COMPARED_PERIOD, NO_SEGMENT_IN_PRODUCTS, period_of
from reports.products.export import products_report_export
from reports.products.report import ProductChange, ProductFigures, ReportProduct, products_report

_EXAMPLE = ReportProduct(
    product_code="BOX-A4",
    description="Mailing box A4",
    units=Decimal(200),
    revenue=Decimal("170.00"),
    orders=2,
    share=Decimal("100.0"),
    previous=ProductFigures(Decimal(100), Decimal("85.00"), 2),
    change=ProductChange(Decimal("100.0"), Decimal("100.0"), Decimal("0.0")),
)


class ProductsReportView(APIView):
    """`GET /api/reports/products`"""

    required_scope = "api:read"
    required_permission = SOLD_PRODUCTS.view
    export_permission = SOLD_PRODUCTS.export

    @operation(
        "getProductsReport",
        "Retrieve products by revenue",
        tag="Reports",
        headers=(IF_NONE_MATCH,),
        query=(*COMPARED_PERIOD, FORMAT, NO_SEGMENT_IN_PRODUCTS),
        answers=report_answers(list[ReportProduct], name="ProductsReportAnswer", example=[_EXAMPLE]),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Products of the period by revenue."""
        file_format, period = requested_format(request), period_of(request, now=utc_now())
        compare = COMPARE.of(request)
        with timed("reportProducts") as reading:
            versions = figure_versions(period, period.compared(compare))
            edition = edition_of(
                "products", period, compare, versions.of(period), versions.of(period.compared(compare))
            )

            def products() -> list[ReportProduct]:
                return products_report(period=period, compare=compare, versions=versions).products

            if file_format is None:
                return report_answer(request, edition, products, reading=reading, items=len)
            rows = products()
            reading.hit(items=len(rows))
        return products_report_export(rows, period=period, format=file_format)
