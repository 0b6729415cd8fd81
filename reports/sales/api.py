"""`GET /api/reports/sales`."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.parameters import FORMAT_PARAMETERS, refuse_unknown_parameters, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from reports.answers import report_ok
from reports.figures.narrowing import narrowing
from reports.parameters import (
    COMPARED_PERIOD,
    asked_compare,
    asked_granularity,
    asked_period,
    asked_product_or_segment,
)
from reports.sales.export import sales_report_export
from reports.sales.report import sales_report

_SALES_PARAMETERS = (*COMPARED_PERIOD, "granularity", "product", "segment")


class SalesReportView(APIView):
    """`GET /api/reports/sales`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Sales over time."""
        refuse_unknown_parameters(request, (*_SALES_PARAMETERS, *FORMAT_PARAMETERS))
        now, file_format = utc_now(), requested_format(request)
        period, compare = asked_period(request, now=now), asked_compare(request)
        granularity = asked_granularity(request, period)
        product, segment = asked_product_or_segment(request)
        with timed("reportSales") as reading:
            narrow = narrowing(product=product, segment=segment, now=now)
            data = sales_report(
                period=period,
                granularity=granularity,
                compare=compare,
                narrow=narrow,
                previous_series=file_format is not None,
            )
            reading.hit(items=len(data["series"]))
        if file_format:
            return sales_report_export(data, period=period, format=file_format, narrowed=product or segment)
        return report_ok(data)
