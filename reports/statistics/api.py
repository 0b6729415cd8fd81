"""`GET /api/reports/statistics`."""

from decimal import Decimal

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from customers.population.read_model import ALL
from packprod.api.operations import operation
from packprod.api.parameters import FORMAT, requested_format
from packprod.dates import business_date, utc_now
from packprod.observability.timing import timed
from packprod.rights import STATISTICS
from reports.api import IF_NONE_MATCH, edition_of, report_answer, report_answers
from reports.comparison import SegmentCounts
from reports.parameters import COMPARE, OPTIONAL_COMPARED_PERIOD, period_or_all_time
from reports.statistics.export import statistics_report_export
from reports.statistics.report import Percentiles, StatisticsReport, statistics_report, statistics_versions

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
        headers=(IF_NONE_MATCH,),
        query=(*OPTIONAL_COMPARED_PERIOD, FORMAT),
        answers=report_answers(StatisticsReport, example=_EXAMPLE),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Statistics of all time, or of a period."""
        now, file_format = utc_now(), requested_format(request)
        period, compare = period_or_all_time(request, now=now), COMPARE.of(request)
        periods = (period, period.compared(compare)) if period else ()
        with timed("reportStatistics") as reading:
            versions = statistics_versions(*periods)

            def statistics() -> StatisticsReport:
                return statistics_report(now=now, period=period, compare=compare, versions=versions)

            if file_format is None:
                figures = [versions.of(one) for one in periods]
                others = versions.population.get(ALL), sorted(versions.derivations.items())
                edition = edition_of("statistics", period, compare, business_date(now), figures, others)
                return report_answer(request, edition, statistics, reading=reading, items=lambda one: one.orders)
            report = statistics()
            reading.hit(items=report.orders)
        return statistics_report_export(report, now=now, period=period, format=file_format)
