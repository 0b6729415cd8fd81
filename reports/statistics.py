"""The statistics of all time or of a range of days: what is worked out from their figures.

Those of all time are kept as one row that does not grow with the customers, so they come as that row's data here.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from packprod.money import average, money, percentage
from reports.figures import Figures
from reports.overview import changes
from reports.sketch import percentile

PERCENTILES = (10, 25, 50, 75, 90, 99)
FIGURES = (
    "orders",
    "revenue",
    "customers",
    "averageOrderValue",
    "medianOrderValue",
    "repeatRate",
    "ordersPerCustomer",
)
"""Those that are one number each: what `change` is worked out for."""


def counts(figures: Figures) -> dict[str, Any]:
    """What statistics need of figures, without the customers: their number, and how many ordered twice or more."""
    orders = [one.orders for one in figures.customers.values()]
    return {
        "orders": figures.orders,
        "revenue": figures.revenue,
        "firstOrderDate": figures.first,
        "lastOrderDate": figures.last,
        "customers": len(orders),
        "repeatCustomers": sum(1 for count in orders if count > 1),
        "values": {str(key): count for key, count in sorted(figures.values.items())},
        "weekdays": [figures.weekdays[day] for day in range(7)],
        "hours": [figures.hours[hour] for hour in range(24)],
    }


def statistics(counted: Mapping[str, Any]) -> dict[str, Any]:
    """The contract's `data` without `segments`; figures that have no meaning without orders are None.

    `counted` is what `counts` gave, or nothing at all.
    """
    orders, customers = int(counted.get("orders", 0)), int(counted.get("customers", 0))
    revenue = counted.get("revenue", Decimal(0))
    values = Counter({int(key): int(count) for key, count in counted.get("values", {}).items()})
    return {
        "orders": orders,
        "revenue": money(revenue),
        "customers": customers,
        "averageOrderValue": average(revenue, orders),
        "medianOrderValue": percentile(values, 50),
        "repeatRate": percentage(int(counted.get("repeatCustomers", 0)), customers),
        "ordersPerCustomer": average(orders, customers),
        "orderValuePercentiles": {f"p{one}": percentile(values, one) for one in PERCENTILES},
        "ordersByWeekday": [int(count) for count in counted.get("weekdays", [0] * 7)],
        "ordersByHour": [int(count) for count in counted.get("hours", [0] * 24)],
        "firstOrderDate": counted.get("firstOrderDate") or None,
        "lastOrderDate": counted.get("lastOrderDate") or None,
    }


def statistics_changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """From before to now in percent, of every figure that is one number."""
    return changes(now, {name: before[name] for name in FIGURES})
