"""When a customer's next order is expected, whatever it will hold: pure functions over the metrics.

One mean gap between all orders after the last. Products have a rhythm of their own (`customers.reorders.rhythm`), with
other dates; overdue and lost mean the same here and there (docs/adr/0024).
"""

from dataclasses import dataclass
from datetime import date

from customers.metrics import Metrics
from customers.reorders.rhythm import days_overdue, reorder_state
from packprod.dates import DAY, business_date


@dataclass(frozen=True, slots=True)
class NextOrder:
    """The business day it is expected on, the mean gap in whole days, and as of a day: state (one of rhythm.STATES)
    and days overdue (0 until it has passed)."""

    expected_on: date
    gap_days: int
    state: str
    days_overdue: int


def next_order(metrics: Metrics, *, today: date) -> NextOrder | None:
    """None for a customer whose orders all lie on one business day, which says nothing about a next."""
    first, last = metrics.first_order_date, metrics.last_order_date
    if business_date(first) == business_date(last):
        return None
    gap = (last - first) / (metrics.order_count - 1)
    expected_on, gap_days = business_date(last + gap), max(1, round(gap / DAY))
    return NextOrder(
        expected_on=expected_on,
        gap_days=gap_days,
        state=reorder_state(expected_on, median_gap_days=gap_days, today=today),
        days_overdue=days_overdue(expected_on, today=today),
    )
