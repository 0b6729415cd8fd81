"""`GET /api/reports/sales`."""

from decimal import Decimal

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.operations import operation
from packprod.api.parameters import FORMAT, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from packprod.rights import SALES
from reports.api import IF_NONE_MATCH, edition_of, report_answer, report_answers
from reports.comparison import ComparedBucket, EarlierHeadline, Headline, HeadlineChange, PeriodJson, SalesBucket
from reports.figures.narrowing import narrowing
from reports.parameters import (
    COMPARE,
    GRANULARITY,
    PERIOD,
    PRODUCT,
    SEGMENT,
    granularity_of,
    period_of,
    product_or_segment,
)
from reports.sales.export import sales_report_export
from reports.sales.report import SalesReport, sales_report, sales_versions

_REVENUE, _AVERAGE, _NOTHING = Decimal("211.00"), Decimal("105.50"), Decimal("0.00")
_UNITS = Decimal(200)
_OCTOBER = SalesBucket("2025-10-01", orders=2, revenue=_REVENUE, units=_UNITS, average_order_value=_AVERAGE)
_BEFORE = [
    SalesBucket(day, orders=0, revenue=_NOTHING, units=Decimal(0), average_order_value=None)
    for day in ("2025-08-01", "2025-09-01")
]
_EXAMPLE = SalesReport(
    period=PeriodJson("2025-10-01", "2025-10-31", "Australia/Sydney"),
    granularity="month",
    series=[_OCTOBER],
    compared=[ComparedBucket(None, _BEFORE[0]), ComparedBucket(_OCTOBER, _BEFORE[1])],
    totals=Headline(orders=2, revenue=_REVENUE, units=_UNITS, average_order_value=_AVERAGE),
    previous=EarlierHeadline(
        PeriodJson("2025-08-31", "2025-09-30", "Australia/Sydney"),
        orders=0,
        revenue=_NOTHING,
        units=Decimal(0),
        average_order_value=None,
    ),
    change=HeadlineChange(None, None, None, None),
)


class SalesReportView(APIView):
    """`GET /api/reports/sales`"""

    required_scope = "api:read"
    required_permission = SALES.view
    export_permission = SALES.export

    @operation(
        "getSalesReport",
        "Retrieve sales over time",
        tag="Reports",
        headers=(IF_NONE_MATCH,),
        query=(*PERIOD, GRANULARITY, COMPARE, PRODUCT, SEGMENT, FORMAT),
        answers=report_answers(SalesReport, example=_EXAMPLE),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Sales over time."""
        now, file_format = utc_now(), requested_format(request)
        period, compare = period_of(request, now=now), COMPARE.of(request)
        granularity = granularity_of(request, period)
        product, segment = product_or_segment(request)
        with timed("reportSales") as reading:
            versions = sales_versions(period, compare, segment=segment)
            narrow = narrowing(product=product, segment=segment, now=now, versions=versions.population)

            def sales() -> SalesReport:
                return sales_report(
                    period=period, granularity=granularity, compare=compare, narrow=narrow, versions=versions
                )

            if file_format is None:
                compared = [versions.of(one, granularity) for one in (period, period.compared(compare))]
                edition = edition_of("sales", period, compare, granularity, narrow.name, compared)
                return report_answer(request, edition, sales, reading=reading, items=lambda one: len(one.series))
            report = sales()
            reading.hit(items=len(report.series))
        return sales_report_export(
            report.compared, granularity=granularity, period=period, format=file_format, narrowed=product or segment
        )
