"""`GET /api/reports/overview`."""

from decimal import Decimal

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.models import ApiToken
from packprod.api.operations import operation
from packprod.api.parameters import FORMAT, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from packprod.rights import OVERVIEW, TOP_CUSTOMERS, may
from reports.api import IF_NONE_MATCH, edition_of, report_answer, report_answers
from reports.comparison import PeriodJson, SegmentCounts
from reports.overview.export import overview_report_export
from reports.overview.report import (
    EarlierOverview,
    OverviewChange,
    OverviewReading,
    OverviewReport,
    ParkedOrders,
    ParkedReason,
    TopCustomer,
)
from reports.parameters import COMPARE, COMPARED_PERIOD, NO_PRODUCT_IN_OVERVIEW, SEGMENT, period_of
from reports.products.report import TopProduct

_EXAMPLE = OverviewReport(
    period=PeriodJson("2025-10-01", "2025-10-31", "Australia/Sydney"),
    orders=2,
    revenue=Decimal("211.00"),
    units=Decimal(200),
    average_order_value=Decimal("105.50"),
    customers=2,
    new_customers=1,
    returning_customers=1,
    segments=SegmentCounts(vip=1, active=5, new=2, dormant=3),
    top_products=[TopProduct("BOX-A4", "Mailing box A4", Decimal(200), Decimal("170.00"), 2)],
    top_customers=[TopCustomer("8d2c7b1a", 1, Decimal("105.50"), "John Smith")],
    previous=EarlierOverview(
        period=PeriodJson("2025-08-31", "2025-09-30", "Australia/Sydney"),
        orders=0,
        revenue=Decimal("0.00"),
        units=Decimal(0),
        average_order_value=None,
        customers=0,
        new_customers=0,
        returning_customers=0,
    ),
    change=OverviewChange(None, None, None, None, None, None, None),
    parked=ParkedOrders(
        orders=1,
        amount=Decimal("105.50"),
        unreadable=0,
        reasons=[ParkedReason("createdAt is not an instant with an offset", 1, Decimal("105.50"), 0)],
    ),
)


class OverviewView(APIView):
    """`GET /api/reports/overview`"""

    required_scope = "api:read"
    required_permission = OVERVIEW.view
    export_permission = OVERVIEW.export

    @operation(
        "getOverviewReport",
        "Retrieve the overview",
        tag="Reports",
        headers=(IF_NONE_MATCH,),
        query=(*COMPARED_PERIOD, SEGMENT, FORMAT, NO_PRODUCT_IN_OVERVIEW),
        answers=report_answers(OverviewReport, example=_EXAMPLE),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Headline figures, tops and segments."""
        now, file_format = utc_now(), requested_format(request)
        period, compare, segment = period_of(request, now=now), COMPARE.of(request), SEGMENT.of(request)
        with timed("reportOverview") as reading:
            read = OverviewReading(period, compare, now, segment, _names_customers(request))
            if file_format is None:
                edition = edition_of("overview", read.depends_on)
                return report_answer(request, edition, read.report, reading=reading, items=lambda one: one.orders)
            report = read.report()
            reading.hit(items=report.orders)
        return overview_report_export(report, period=period, format=file_format, narrowed=segment)


def _names_customers(request: Request) -> bool:
    """Tokens read everything; people need the permission to view customers."""
    return isinstance(request.auth, ApiToken) or may(request.user, TOP_CUSTOMERS.view)
