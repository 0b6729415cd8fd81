"""The rhythm of orders: occasions, medians, and what depends on today."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from customers.reorders.rhythm import lost_on, median_days, reorder_state, rhythm

NOON = datetime(2025, 3, 1, 1, tzinfo=UTC)  # in Sydney


def on_days(*days: float) -> list[datetime]:
    return [NOON + timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("gaps", "median"), [([7], 7), ([7, 8], 8), ([7, 9], 8), ([1, 2, 30], 2), ([30, 1, 2, 5], 4), ([1, 1, 2, 2], 2)]
)
def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two_half_up(gaps: list[int], median: int) -> None:
    assert median_days(gaps) == median


def test_two_occasions_have_no_rhythm_however_many_orders() -> None:
    assert rhythm(on_days(0, 0.1, 0.2, 30)) is None
    assert rhythm(on_days(0, 30)) is None


def test_several_orders_on_one_business_day_are_one_occasion() -> None:
    found = rhythm(on_days(40, 0, 10, 10.2, 40.1))
    assert found
    assert (found.orders, found.occasions, found.median_gap_days) == (5, 3, 20)
    assert found.last_order_date == NOON + timedelta(days=40.1)
    assert found.next_expected_date == date(2025, 4, 10) + timedelta(days=20)


@pytest.mark.parametrize(("zone", "gap"), [("Australia/Sydney", 8), ("UTC", 7)])
def test_days_are_those_of_the_business_zone(zone: str, gap: int, settings: Settings) -> None:
    settings.PACKPROD_TIME_ZONE = zone
    instants = [datetime(2025, 10, day, hour, tzinfo=UTC) for day, hour in ((1, 0), (8, 13), (15, 23), (15, 23))]
    found = rhythm(instants)
    assert found
    assert found.median_gap_days == gap


@pytest.mark.parametrize(
    ("late", "state"), [(-5, "expected"), (0, "expected"), (1, "overdue"), (21, "overdue"), (22, "lost")]
)
def test_an_entry_is_overdue_for_three_gaps_and_then_lost(late: int, state: str) -> None:
    today = date(2025, 10, 23)
    assert reorder_state(today - timedelta(days=late), median_gap_days=7, today=today) == state


def test_it_is_lost_on_the_first_day_on_which_its_state_is() -> None:
    expected = date(2025, 10, 23)
    for gap in (1, 2, 7, 30, 365):
        lost = lost_on(expected, median_gap_days=gap)
        assert reorder_state(expected, median_gap_days=gap, today=lost) == "lost"
        assert reorder_state(expected, median_gap_days=gap, today=lost - timedelta(days=1)) == "overdue"
    assert lost_on(expected, median_gap_days=3_000_000) == date.max
