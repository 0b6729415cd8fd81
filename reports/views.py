"""HTTP for the reports: parse, call one report, render."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.parameters import FORMAT_PARAMETERS, refuse_unknown_parameters, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from reports.answers import report_ok
from reports.asked_filters import (
    NO_PRODUCT_IN_OVERVIEW,
    NO_SEGMENT_IN_PRODUCTS,
    asked_product_or_segment,
    asked_segment,
    refuse_inexact,
)
from reports.asked_period import (
    PERIOD_PARAMETERS,
    asked_compare,
    asked_granularity,
    asked_period,
    asked_period_or_all_time,
)
from reports.exports import (
    overview_report_export,
    products_report_export,
    sales_report_export,
    statistics_report_export,
)
from reports.services import narrowing, overview_report, products_report, sales_report, statistics_report

_COMPARED_PERIOD = (*PERIOD_PARAMETERS, "compare")
_SALES_PARAMETERS = (*_COMPARED_PERIOD, "granularity", "product", "segment")


class OverviewView(APIView):
    """`GET /api/reports/overview`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Headline figures, tops and segments."""
        refuse_inexact(request, "product", NO_PRODUCT_IN_OVERVIEW)
        refuse_unknown_parameters(request, (*_COMPARED_PERIOD, "segment", *FORMAT_PARAMETERS))
        now, file_format = utc_now(), requested_format(request)
        period, compare, segment = asked_period(request, now=now), asked_compare(request), asked_segment(request)
        with timed("reportOverview") as reading:
            data = overview_report(period=period, compare=compare, segment=segment, now=now)
            reading.hit(items=data["orders"])
        if file_format:
            return overview_report_export(data, period=period, format=file_format, narrowed=segment)
        return report_ok(data)


class ProductsReportView(APIView):
    """`GET /api/reports/products`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Products of the period by revenue."""
        refuse_inexact(request, "segment", NO_SEGMENT_IN_PRODUCTS)
        refuse_unknown_parameters(request, (*_COMPARED_PERIOD, *FORMAT_PARAMETERS))
        file_format, period = requested_format(request), asked_period(request, now=utc_now())
        compare = asked_compare(request)
        with timed("reportProducts") as reading:
            rows = products_report(period=period, compare=compare)["products"]
            reading.hit(items=len(rows))
        if file_format:
            return products_report_export(rows, period=period, format=file_format)
        return report_ok(rows)


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


class StatisticsView(APIView):
    """`GET /api/reports/statistics`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Statistics of all time, or of a period."""
        refuse_unknown_parameters(request, (*_COMPARED_PERIOD, *FORMAT_PARAMETERS))
        now, file_format = utc_now(), requested_format(request)
        period, compare = asked_period_or_all_time(request, now=now), asked_compare(request)
        with timed("reportStatistics") as reading:
            data = statistics_report(now=now, period=period, compare=compare)
            reading.hit(items=data["orders"])
        if file_format:
            return statistics_report_export(data, now=now, period=period, format=file_format)
        return report_ok(data)
