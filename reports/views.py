"""HTTP for the reports: parse, call one report, render."""

from datetime import date, datetime
from typing import cast

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.choices import choice
from packprod.api.envelope import ok
from packprod.api.exporting import FORMAT_PARAMETERS, asked_format
from packprod.api.parameters import refuse_parameter, refuse_unknown_parameters
from packprod.dates import business_date, utc_now
from packprod.observability.timing import timed
from reports.asked_filters import (
    NO_PRODUCT_IN_OVERVIEW,
    NO_SEGMENT_IN_PRODUCTS,
    asked_product_or_segment,
    asked_segment,
    refuse_inexact,
)
from reports.exports import (
    overview_report_export,
    products_report_export,
    sales_report_export,
    statistics_report_export,
)
from reports.periods import DEFAULT_DAYS, GRANULARITIES, PRESETS, Period, last_days
from reports.services import Compare, narrowing, overview_report, products_report, sales_report, statistics_report

PERIOD_PARAMETERS = ("from", "to", "preset")
_SALES_PARAMETERS = (*PERIOD_PARAMETERS, "granularity", "compare", "product", "segment")
LONGEST_FINE_DAYS = 366 * 10  # by months any range will do


class OverviewView(APIView):
    """`GET /api/reports/overview`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Headline figures, tops and segments."""
        refuse_inexact(request, "product", NO_PRODUCT_IN_OVERVIEW)
        refuse_unknown_parameters(request, (*PERIOD_PARAMETERS, "compare", "segment", *FORMAT_PARAMETERS))
        now, file_format = utc_now(), asked_format(request)
        period, compare, segment = asked_period(request, now=now), _compare(request), asked_segment(request)
        with timed("reportOverview") as reading:
            data = overview_report(period=period, compare=compare, segment=segment, now=now)
            reading.hit(items=data["orders"])
        if file_format:
            return overview_report_export(data, period=period, format=file_format, narrowed=segment)
        return ok(data, source="projection", cache_hit=True)


class ProductsReportView(APIView):
    """`GET /api/reports/products`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Products of the period by revenue."""
        refuse_inexact(request, "segment", NO_SEGMENT_IN_PRODUCTS)
        refuse_unknown_parameters(request, (*PERIOD_PARAMETERS, *FORMAT_PARAMETERS))
        file_format, period = asked_format(request), asked_period(request, now=utc_now())
        with timed("reportProducts") as reading:
            data = products_report(period=period)
            reading.hit(items=len(data))
        if file_format:
            return products_report_export(data, period=period, format=file_format)
        return ok(data, source="projection", cache_hit=True)


class SalesReportView(APIView):
    """`GET /api/reports/sales`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Sales over time."""
        refuse_unknown_parameters(request, (*_SALES_PARAMETERS, *FORMAT_PARAMETERS))
        now, file_format = utc_now(), asked_format(request)
        period, compare = asked_period(request, now=now), _compare(request)
        granularity = asked_granularity(request, period)
        product, segment = asked_product_or_segment(request)
        with timed("reportSales") as reading:
            narrow = narrowing(product=product, segment=segment, now=now)
            data = sales_report(period=period, granularity=granularity, compare=compare, narrow=narrow)
            reading.hit(items=len(data["series"]))
        if file_format:
            return sales_report_export(data, period=period, format=file_format, narrowed=product or segment)
        return ok(data, source="projection", cache_hit=True)


class StatisticsView(APIView):
    """`GET /api/reports/statistics`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """All-time statistics."""
        refuse_unknown_parameters(request, FORMAT_PARAMETERS)
        now, file_format = utc_now(), asked_format(request)
        with timed("reportStatistics") as reading:
            data = statistics_report(now=now)
            reading.hit(items=data["orders"])
        if file_format:
            return statistics_report_export(data, now=now, format=file_format)
        return ok(data, source="projection", cache_hit=True)


def asked_period(request: Request, *, now: datetime) -> Period:
    """The period of `preset`, or of `from` and `to` (business days); the last 30 days where nothing is said.

    Raises InvalidInput naming the parameter.
    """
    today = business_date(now)
    preset = choice(request, "preset", tuple(PRESETS), default="")
    given = [name for name in ("from", "to") if request.query_params.get(name)]
    if preset and given:
        refuse_parameter("preset", "invalid", "Give either preset or from and to, not both.")
    if preset:
        return PRESETS[preset](today)
    if not given:
        return last_days(DEFAULT_DAYS)(today)
    end = _day(request, "to") or today
    start = _day(request, "from") or last_days(DEFAULT_DAYS)(end).start
    if start > end:
        refuse_parameter("to", "before_from", "to must not lie before from.")
    return Period(start, end)


def asked_granularity(request: Request, period: Period) -> str:
    """The granularity asked for, else the one that suits the period. Raises InvalidInput where it is too fine."""
    granularity = choice(request, "granularity", GRANULARITIES, default=period.default_granularity())
    if granularity != "month" and period.days > LONGEST_FINE_DAYS:
        message = f"More than ten years are too long for granularity={granularity}; take granularity=month."
        refuse_parameter("granularity", "out_of_range", message)
    return granularity


def _day(request: Request, name: str) -> date | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not date(1900, 1, 1) <= day <= date(2200, 1, 1):
        refuse_parameter(name, "invalid", f"{name} must be a business day such as 2025-10-20.")
    return day


def _compare(request: Request) -> Compare:
    return cast(Compare, choice(request, "compare", ("previous", "year"), default="previous"))
