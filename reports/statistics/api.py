"""`GET /api/reports/statistics`."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.parameters import FORMAT_PARAMETERS, refuse_unknown_parameters, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from reports.answers import report_ok
from reports.parameters import COMPARED_PERIOD, asked_compare, asked_period_or_all_time
from reports.statistics.export import statistics_report_export
from reports.statistics.report import statistics_report


class StatisticsView(APIView):
    """`GET /api/reports/statistics`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Statistics of all time, or of a period."""
        refuse_unknown_parameters(request, (*COMPARED_PERIOD, *FORMAT_PARAMETERS))
        now, file_format = utc_now(), requested_format(request)
        period, compare = asked_period_or_all_time(request, now=now), asked_compare(request)
        with timed("reportStatistics") as reading:
            data = statistics_report(now=now, period=period, compare=compare)
            reading.hit(items=data["orders"])
        if file_format:
            return statistics_report_export(data, now=now, period=period, format=file_format)
        return report_ok(data)
