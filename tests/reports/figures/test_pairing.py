"""Periods stand beside each other by the calendar."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures.pairing import Pair, paired_buckets
from reports.figures.periods import COMPARISONS, GRANULARITIES, Compare, Period, bucket_starts

Texts = list[tuple[str, str]]
DAYS = st.dates(min_value=date(1904, 1, 1), max_value=date(2199, 12, 31))


def pairs(start: str, end: str, compare: Compare, granularity: str) -> Texts:
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    return [
        (str(one or ""), str(other or ""))
        for one, other in paired_buckets(period, compare=compare, granularity=granularity)
    ]


def without_partner(found: Texts) -> Texts:
    return [pair for pair in found if not all(pair)]


@pytest.mark.parametrize(
    ("start", "end", "beside"),
    [
        ("2016-07-01", "2016-09-30", [("", "2016-03"), ("2016-07", "2016-04"), ("2016-08", "2016-05")]),
        ("2025-01-01", "2025-03-31", [("2025-01", "2024-10"), ("2025-02", "2024-11"), ("2025-03", "2024-12")]),
        ("2025-02-01", "2025-02-28", [("2025-02", "2025-01")]),  # 4 to 31 January
        ("2025-03-01", "2025-03-31", [("", "2025-01"), ("2025-03", "2025-02")]),  # 29 January to 28 February
        ("2025-10-01", "2025-10-11", [("2025-10", "2025-09")]),
        ("2025-10-12", "2025-10-20", [("2025-10", "2025-10")]),  # 3 to 11 October
        ("2025-09-10", "2025-10-20", [("", "2025-07"), ("2025-09", "2025-08"), ("2025-10", "2025-09")]),
        ("2024-01-01", "2025-12-31", [("", "2021-12"), ("2024-01", "2022-01"), ("2024-02", "2022-02")]),
    ],
)
def test_months_beside_those_just_before(start: str, end: str, beside: Texts) -> None:
    found = [(one[:7], other[:7]) for one, other in pairs(start, end, "previous", "month")]
    assert found[: len(beside)] == beside


def test_the_quarter_of_the_issue() -> None:
    assert pairs("2016-07-01", "2016-09-30", "previous", "month")[-1] == ("2016-09-01", "2016-06-01")
    by_day = dict(pairs("2016-07-01", "2016-09-30", "previous", "day"))
    assert (by_day["2016-07-01"], by_day["2016-08-31"], by_day["2016-09-30"]) == (
        "2016-04-01",
        "2016-05-31",
        "2016-06-30",
    )
    assert by_day["2016-07-31"] == ""  # April has 30 days


def test_29_february_has_no_partner() -> None:
    found = pairs("2024-02-01", "2024-03-31", "year", "day")
    assert without_partner(found) == [("2024-02-29", "")]
    assert ("2024-03-01", "2023-03-01") in found
    found = pairs("2025-02-15", "2025-03-15", "year", "day")
    assert without_partner(found) == [("", "2024-02-29")]
    assert found[13:16] == [("2025-02-28", "2024-02-28"), ("", "2024-02-29"), ("2025-03-01", "2024-03-01")]
    assert pairs("2024-02-29", "2024-02-29", "year", "day") == [("2024-02-29", ""), ("", "2023-02-28")]


def test_iso_weeks_of_two_years() -> None:
    found = pairs("2025-12-01", "2026-01-31", "year", "week")
    assert without_partner(found) == [("", "2024-11-25")]  # 1 December 2024 was a Sunday
    assert found[1] == ("2025-12-01", "2024-12-02")  # W49
    assert found[-1] == ("2026-01-26", "2025-01-27")  # W05
    assert week_numbers(found) == {0}


def test_week_53_has_no_partner() -> None:
    found = pairs("2026-12-01", "2027-01-31", "year", "week")
    assert ("2026-12-28", "") in found  # 2026-W53
    assert ("2027-01-04", "2025-12-29") in found  # W01
    assert week_numbers(found) == {0}
    found = pairs("2027-12-01", "2028-01-31", "year", "week")
    assert ("", "2026-12-28") in found
    assert week_numbers(found) == {0}


@pytest.mark.parametrize("days", [1, 2, 7, 14, 21, 27])
def test_short_periods_by_day(days: int) -> None:
    period = Period(date(2025, 10, 20), date(2025, 10, 20) + timedelta(days=days - 1))
    found = paired_buckets(period, compare="previous", granularity="day")
    assert [(one - other).days for one, other in found if one and other] == [days] * days


def test_days_of_a_month() -> None:
    found = pairs("2025-10-01", "2025-10-31", "previous", "day")
    assert without_partner(found) == [("", "2025-08-31"), ("2025-10-31", "")]
    assert ("2025-10-30", "2025-09-30") in found
    found = pairs("2025-03-01", "2025-03-31", "previous", "day")  # 29 January to 28 February
    assert without_partner(found) == [
        *[("", f"2025-01-{day}") for day in (29, 30, 31)],
        *[(f"2025-03-{day}", "") for day in (29, 30, 31)],
    ]


def test_a_whole_year_beside_the_one_before() -> None:
    found = pairs("2025-01-01", "2025-12-31", "previous", "day")  # from 2 January 2024
    assert without_partner(found) == [("2025-01-01", ""), ("", "2024-02-29")]
    assert week_numbers(pairs("2021-01-01", "2021-12-31", "previous", "week")) == {0}  # 2020 had 53 weeks


def test_weeks_beside_those_just_before() -> None:
    found = pairs("2025-10-06", "2025-11-02", "previous", "week")
    assert found == [
        (str(date(2025, 10, 6) + timedelta(weeks=n)), str(date(2025, 9, 8) + timedelta(weeks=n))) for n in range(4)
    ]
    assert pairs("2025-10-06", "2025-10-08", "previous", "week") == [("2025-10-06", "2025-09-29")]


@given(start=DAYS, days=st.integers(1, 800), compare=st.sampled_from(COMPARISONS), by=st.sampled_from(GRANULARITIES))
def test_every_bucket_stands_in_exactly_one_pair(start: date, days: int, compare: Compare, by: str) -> None:
    """So each column adds up to its total."""
    period = Period(start, start + timedelta(days=days - 1))
    found = paired_buckets(period, compare=compare, granularity=by)
    assert column(found, 0) == bucket_starts(period, by)
    assert column(found, 1) == bucket_starts(period.compared(compare), by)
    both = [(one, other) for one, other in found if one and other]
    if by == "month":
        assert len({(one.year - other.year) * 12 + one.month - other.month for one, other in both}) <= 1
        assert both
    elif by == "day" and (compare == "year" or days >= 28):
        assert all(one.day == other.day for one, other in both)
        assert len(both) >= days / 2 or days < 40
    elif by == "week" and compare == "year":
        assert all(one.isocalendar().week == other.isocalendar().week for one, other in both)


def column(found: Iterable[Pair], place: int) -> list[date]:
    return [day for pair in found if (day := pair[place]) is not None]


def week_numbers(found: Texts) -> set[int]:
    """By how much the ISO weeks of the pairs differ."""
    both = [(date.fromisoformat(one), date.fromisoformat(other)) for one, other in found if one and other]
    return {one.isocalendar().week - other.isocalendar().week for one, other in both}
