"""`GET /api/reports/products`."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.parameters import FORMAT_PARAMETERS, refuse_unknown_parameters, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from reports.answers import report_ok
from reports.parameters import (
    COMPARED_PERIOD,
    NO_SEGMENT_IN_PRODUCTS,
    asked_compare,
    asked_period,
    refuse_inexact,
)
from reports.products.export import products_report_export
from reports.products.report import products_report


class ProductsReportView(APIView):
    """`GET /api/reports/products`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Products of the period by revenue."""
        refuse_inexact(request, "segment", NO_SEGMENT_IN_PRODUCTS)
        refuse_unknown_parameters(request, (*COMPARED_PERIOD, *FORMAT_PARAMETERS))
        file_format, period = requested_format(request), asked_period(request, now=utc_now())
        compare = asked_compare(request)
        with timed("reportProducts") as reading:
            rows = products_report(period=period, compare=compare)["products"]
            reading.hit(items=len(rows))
        if file_format:
            return products_report_export(rows, period=period, format=file_format)
        return report_ok(rows)
