"""When a customer is expected to order next."""

from datetime import date

import pytest

from customers.reorders.rhythm import next_order
from tests.customers.test_metrics import TODAY, metrics_of


@pytest.mark.parametrize(
    ("first", "last", "count", "expected"),
    [
        (100, 3, 5, (date(2025, 11, 13), 24, "expected", 0)),  # 97 days, four gaps of 24.25
        (40, 20, 3, (date(2025, 10, 13), 10, "overdue", 10)),
        (50, 40, 2, (date(2025, 9, 23), 10, "overdue", 30)),
        (51, 41, 2, (date(2025, 9, 22), 10, "lost", 31)),
        (3, 2, 9, (date(2025, 10, 21), 1, "overdue", 2)),  # a gap of three hours counts as a day
    ],
)
def test_the_next_order_is_expected_one_mean_gap_after_the_last(
    first: int, last: int, count: int, expected: tuple[date, int, str, int]
) -> None:
    found = next_order(metrics_of(first_days_ago=first, last_days_ago=last, count=count), today=TODAY)
    assert found is not None
    assert (found.expected_on, found.gap_days, found.state, found.days_overdue) == expected


def test_orders_on_one_day_say_nothing_about_a_next() -> None:
    assert next_order(metrics_of(first_days_ago=3, last_days_ago=3, count=1), today=TODAY) is None
    assert next_order(metrics_of(first_days_ago=3, last_days_ago=3, count=2), today=TODAY) is None
