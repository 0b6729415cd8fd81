"""`GET /api/reports/statistics`."""

from decimal import Decimal

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.operations import operation
from packprod.api.parameters import FORMAT, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from packprod.rights import STATISTICS
from reports.api import report_answers, report_ok
from reports.comparison import SegmentCounts
from reports.parameters import COMPARE, OPTIONAL_COMPARED_PERIOD, period_or_all_time
from reports.statistics.export import statistics_report_export
from reports.statistics.report import Percentiles, StatisticsReport, statistics_report

_AMOUNT = Decimal("105.50")
_EXAMPLE = StatisticsReport(
    period=None,
    orders=2,
    revenue=Decimal("211.00"),
    customers=2,
    average_order_value=_AMOUNT,
    median_order_value=_AMOUNT,
    repeat_rate=Decimal("0.0"),
    orders_per_customer=Decimal("1.00"),
    order_value_percentiles=Percentiles(*[_AMOUNT] * 6),
    orders_by_weekday=[2, 0, 0, 0, 0, 0, 0],
    orders_by_hour=[*[0] * 21, 2, 0, 0],
    first_order_date="2025-10-20T10:30:00Z",
    last_order_date="2025-10-20T10:30:00Z",
    segments=SegmentCounts(vip=1, active=5, new=2, dormant=3),
    previous=None,
    change=None,
)


class StatisticsView(APIView):
    """`GET /api/reports/statistics`"""

    required_scope = "api:read"
    required_permission = STATISTICS.view
    export_permission = STATISTICS.export

    @operation(
        "getStatisticsReport",
        "Retrieve statistics of all time, or of a period",
        tag="Reports",
        query=(*OPTIONAL_COMPARED_PERIOD, FORMAT),
        answers=report_answers(StatisticsReport, example=_EXAMPLE),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Statistics of all time, or of a period."""
        now, file_format = utc_now(), requested_format(request)
        period, compare = period_or_all_time(request, now=now), COMPARE.of(request)
        with timed("reportStatistics") as reading:
            report = statistics_report(now=now, period=period, compare=compare)
            reading.hit(items=report.orders)
        if file_format:
            return statistics_report_export(report, now=now, period=period, format=file_format)
        return report_ok(report)
