"""The rhythm in which a customer orders, and when the next order is expected: pure functions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from customers.metrics import Metrics
from packprod.dates import DAY, business_date

EXPECTED: Final = "expected"
OVERDUE: Final = "overdue"
LOST: Final = "lost"
STATES: Final = (EXPECTED, OVERDUE, LOST)
FEWEST_OCCASIONS = 3
LOST_AFTER_GAPS = 3


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A customer's orders of one product: how many, on how many days, the last one, and the median gap."""

    orders: int
    occasions: int
    last_order_date: datetime
    median_gap_days: int

    @property
    def next_expected_date(self) -> date:
        """The business day of the last order, and one median gap."""
        return business_date(self.last_order_date) + timedelta(days=self.median_gap_days)


def rhythm(instants: Sequence[datetime]) -> Rhythm | None:
    """The rhythm of orders at these instants, in any order; None for fewer than FEWEST_OCCASIONS days."""
    return rhythm_of_days(Counter(business_date(one).toordinal() for one in instants), last=max(instants))


def rhythm_of_days(orders: Mapping[int, int], *, last: datetime) -> Rhythm | None:
    """The same, given how many orders there are on each day, as ordinals, and the instant of the last one."""
    if len(orders) < FEWEST_OCCASIONS:
        return None
    gaps = [later - earlier for earlier, later in pairwise(sorted(orders))]
    return Rhythm(sum(orders.values()), len(orders), last, median_days(gaps))


def median_days(gaps: Sequence[int]) -> int:
    """The median in whole days; of an even number the mean of the middle two, half up."""
    ordered = sorted(gaps)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return (low + high + 1) // 2


def reorder_state(next_expected: date, *, median_gap_days: int, today: date) -> str:
    """One of STATES on a business day."""
    days = days_overdue(next_expected, today=today)
    if days == 0:
        return EXPECTED
    return LOST if days > LOST_AFTER_GAPS * median_gap_days else OVERDUE


def days_overdue(next_expected: date, *, today: date) -> int:
    """Business-calendar days since the expected date; 0 until it has passed."""
    return max(0, (today - next_expected).days)


@dataclass(frozen=True, slots=True)
class NextOrder:
    """When a customer is expected to order anything again: the business day, and the mean gap in whole days.

    As of a day: `state`, one of STATES, and `days_overdue`, 0 until the expected day has passed.
    """

    expected_on: date
    gap_days: int
    state: str
    days_overdue: int


def next_order(metrics: Metrics, *, today: date) -> NextOrder | None:
    """The next order by the mean gap; None if all orders lie on one business day."""
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
