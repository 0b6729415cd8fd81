"""`GET /api/reports/overview`."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.parameters import FORMAT_PARAMETERS, refuse_unknown_parameters, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from reports.answers import report_ok
from reports.overview.export import overview_report_export
from reports.overview.report import overview_report
from reports.parameters import (
    COMPARED_PERIOD,
    NO_PRODUCT_IN_OVERVIEW,
    asked_compare,
    asked_period,
    asked_segment,
    refuse_inexact,
)


class OverviewView(APIView):
    """`GET /api/reports/overview`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Headline figures, tops and segments."""
        refuse_inexact(request, "product", NO_PRODUCT_IN_OVERVIEW)
        refuse_unknown_parameters(request, (*COMPARED_PERIOD, "segment", *FORMAT_PARAMETERS))
        now, file_format = utc_now(), requested_format(request)
        period, compare, segment = asked_period(request, now=now), asked_compare(request), asked_segment(request)
        with timed("reportOverview") as reading:
            data = overview_report(period=period, compare=compare, segment=segment, now=now)
            reading.hit(items=data["orders"])
        if file_format:
            return overview_report_export(data, period=period, format=file_format, narrowed=segment)
        return report_ok(data)
