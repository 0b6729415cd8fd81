"""What the OpenAPI schema says of each report. Loaded by packprod.api.urls, so the views know nothing of it."""

from typing import Any

from customers.metrics import SEGMENTS
from packprod.api.operations import FILES
from packprod.api.parameters import FORMAT
from packprod.api.schemas import answer, documented, envelope, enveloped, query
from packprod.presets import PRESETS
from reports.figures.periods import COMPARISONS, GRANULARITIES
from reports.overview.api import OverviewView
from reports.parameters import FIRST_DAY, LAST_DAY
from reports.products.api import ProductsReportView
from reports.report_schemas import OverviewReportSerializer, ReportProductSerializer, SalesReportSerializer
from reports.sales.api import SalesReportView
from reports.statistics.api import StatisticsView
from reports.statistics_schema import StatisticsReportSerializer

_DAY = {"type": "string", "format": "date"}
_PERIOD = (
    query("from", f"The first business day, from {FIRST_DAY} on; where not given, 30 days up to the last.", _DAY),
    query("to", f"The last business day (inclusive), until {LAST_DAY}; today, where it is not given.", _DAY),
    query("preset", "A period by name, instead of from and to.", enum=list(PRESETS)),
)
_ANY_PERIOD = (
    query("from", "The first business day; without from, to and preset the figures are of all time.", _DAY),
    query("to", "The last business day (inclusive); today, where only from is given.", _DAY),
    _PERIOD[2],
)
_ANY_COMPARE = query("compare", "As in the other reports; only together with a period.", enum=COMPARISONS)
_COMPARE = query("compare", "With the period just before, or the same days a year ago.", enum=COMPARISONS)
_GRANULARITY = query("granularity", "By default what suits the period; weeks start on Monday.", enum=GRANULARITIES)
_SEGMENT = query("segment", "Only of the customers who are in this segment now.", enum=SEGMENTS)
_PRODUCT_FILTER = query(
    "product", "Only of this productCode: orders that hold it, and its lines as revenue. Not together with segment."
)
_HEADLINE = {"orders": 2, "revenue": 211.00, "units": 200, "averageOrderValue": 105.50}
_NOTHING = {"orders": 0, "revenue": 0.00, "units": 0, "averageOrderValue": None}
_CUSTOMERS = {"customers": 2, "newCustomers": 1, "returningCustomers": 1}
_PRODUCT = {"productCode": "BOX-A4", "description": "Mailing box A4", "units": 200, "revenue": 170.00, "orders": 2}
_SEGMENTS = {"VIP": 1, "Active": 5, "New": 2, "Dormant": 3}
_THIS = {"from": "2025-10-01", "to": "2025-10-31", "timeZone": "Australia/Sydney"}
_BEFORE = {"from": "2025-08-31", "to": "2025-09-30", "timeZone": "Australia/Sydney"}
_OVERVIEW: dict[str, Any] = {
    "period": _THIS,
    **_HEADLINE,
    **_CUSTOMERS,
    "segments": _SEGMENTS,
    "topProducts": [_PRODUCT],
    "topCustomers": [{"contactID": "8d2c7b1a", "name": "John Smith", "orders": 1, "revenue": 105.50}],
    "previous": {"period": _BEFORE, **_NOTHING, **dict.fromkeys(_CUSTOMERS, 0)},
    "change": dict.fromkeys([*_HEADLINE, *_CUSTOMERS]),
}
_SALES = {
    "period": _THIS,
    "granularity": "month",
    "series": [{"date": "2025-10-01", **_HEADLINE}],
    "totals": _HEADLINE,
    "previous": {"period": _BEFORE, **_NOTHING},
    "change": dict.fromkeys(_HEADLINE),
}
_PRODUCT_ROW = {
    **_PRODUCT,
    "share": 100.0,
    "previous": {"units": 100, "revenue": 85.00, "orders": 2},
    "change": {"units": 100.0, "revenue": 100.0, "orders": 0.0},
}
_STATISTICS = {
    "period": None,
    "orders": 2,
    "revenue": 211.00,
    "customers": 2,
    "averageOrderValue": 105.50,
    "medianOrderValue": 105.50,
    "repeatRate": 0.0,
    "ordersPerCustomer": 1.00,
    "orderValuePercentiles": dict.fromkeys(("p10", "p25", "p50", "p75", "p90", "p99"), 105.5),
    "segments": _SEGMENTS,
    "ordersByWeekday": [2, 0, 0, 0, 0, 0, 0],
    "ordersByHour": [*[0] * 21, 2, 0, 0],
    "firstOrderDate": "2025-10-20T10:30:00Z",
    "lastOrderDate": "2025-10-20T10:30:00Z",
    "previous": None,
    "change": None,
}


def _report(operation_id: str, summary: str, body: Any, example: Any, parameters: Any) -> Any:
    name = operation_id.removeprefix("get")
    found = answer(envelope(f"{name}Answer", body), "The report.", example=enveloped(example, source="projection"))
    return documented(
        operation_id, summary, tag="Reports", answers={200: found, **FILES}, parameters=[*parameters, FORMAT]
    )


_report(
    "getOverviewReport", "Retrieve the overview", OverviewReportSerializer(), _OVERVIEW, [*_PERIOD, _COMPARE, _SEGMENT]
)(OverviewView.get)
_report(
    "getProductsReport",
    "Retrieve products by revenue",
    ReportProductSerializer(many=True),
    [_PRODUCT_ROW],
    [*_PERIOD, _COMPARE],
)(ProductsReportView.get)
_report(
    "getSalesReport",
    "Retrieve sales over time",
    SalesReportSerializer(),
    _SALES,
    [*_PERIOD, _GRANULARITY, _COMPARE, _PRODUCT_FILTER, _SEGMENT],
)(SalesReportView.get)
_report(
    "getStatisticsReport",
    "Retrieve statistics of all time, or of a period",
    StatisticsReportSerializer(),
    _STATISTICS,
    [*_ANY_PERIOD, _ANY_COMPARE],
)(StatisticsView.get)
