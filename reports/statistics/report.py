"""Statistics of all time, or of a period beside another.

Those of all time are kept as one row that does not grow with the customers.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from customers.population.selectors import segments_now
from packprod.money import average, money, percentage
from packprod.readmodels.totals import read_totals
from reports.figures.comparison import changes
from reports.figures.periods import Compare, Period
from reports.figures.read_model import ORDERS, counts
from reports.figures.selectors import STATISTICS, figures_of
from reports.figures.sketch import percentile

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


def statistics_report(*, now: datetime, period: Period | None = None, compare: Compare = "previous") -> dict[str, Any]:
    """Contract section 6, statistics: all time, of which `period`, `previous` and `change` are None; or of a period.
    `segments` are those of now."""
    segments = segments_now(now=now)
    if period is None:
        return {
            "period": None,
            **statistics(read_totals(ORDERS)),
            "segments": segments,
            "previous": None,
            "change": None,
        }
    before = period.compared(compare)
    data, previous = (statistics(counts(figures_of(one, STATISTICS))) for one in (period, before))
    return {
        "period": period.as_json(),
        **data,
        "segments": segments,
        "previous": {"period": before.as_json(), **previous},
        "change": statistics_changes(data, previous),
    }
