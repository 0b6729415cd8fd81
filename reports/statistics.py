"""The all-time statistics, worked out from the one row that holds their figures."""

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from orders.presentation import money
from reports.overview import CENT, average, percent
from reports.sketch import percentile

PERCENTILES = (10, 25, 50, 75, 90, 99)


def statistics(figures: Mapping[str, Any], *, segments: Mapping[str, int]) -> dict[str, Any]:
    """The contract's `data`; figures that have no meaning without orders are None."""
    orders, customers = int(figures.get("orders", 0)), int(figures.get("customers", 0))
    revenue = figures.get("revenue", Decimal(0))
    values = Counter({int(key): int(count) for key, count in figures.get("values", {}).items()})
    return {
        "orders": orders,
        "revenue": money(revenue),
        "customers": customers,
        "averageOrderValue": average(revenue, orders),
        "medianOrderValue": percentile(values, 50),
        "repeatRate": percent(int(figures.get("repeatCustomers", 0)), customers),
        "ordersPerCustomer": (Decimal(orders) / customers).quantize(CENT, ROUND_HALF_UP) if customers else None,
        "orderValuePercentiles": {f"p{one}": percentile(values, one) for one in PERCENTILES},
        "segments": dict(segments),
        "ordersByWeekday": [int(count) for count in figures.get("weekdays", [0] * 7)],
        "ordersByHour": [int(count) for count in figures.get("hours", [0] * 24)],
        "firstOrderDate": figures.get("firstOrderDate"),
        "lastOrderDate": figures.get("lastOrderDate"),
    }
