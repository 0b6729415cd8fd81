"""What the names of date ranges mean on a day, at the edges of months and years."""

from datetime import date

import pytest

from packprod.months import first_day, last_months, month_end, month_of, next_month, quarter_start, year_earlier
from packprod.presets import PRESETS, preset_days

LEAP = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2024-02-29", "2024-02-29"),
        ("yesterday", "2024-02-28", "2024-02-28"),
        ("last_7_days", "2024-02-23", "2024-02-29"),
        ("last_30_days", "2024-01-31", "2024-02-29"),
        ("month_to_date", "2024-02-01", "2024-02-29"),
        ("last_month", "2024-01-01", "2024-01-31"),
        ("quarter_to_date", "2024-01-01", "2024-02-29"),
        ("year_to_date", "2024-01-01", "2024-02-29"),
        ("last_year", "2023-01-01", "2023-12-31"),
    ],
)
def test_every_preset(name: str, first: str, last: str) -> None:
    assert preset_days(name, today=LEAP) == (date.fromisoformat(first), date.fromisoformat(last))


def test_no_preset_is_left_out_and_an_unknown_one_is_an_error() -> None:
    assert len(PRESETS) == 9
    with pytest.raises(KeyError):
        preset_days("last_century", today=LEAP)


def test_january_looks_back_into_the_year_before() -> None:
    new_year = date(2025, 1, 1)
    assert preset_days("last_month", today=new_year) == (date(2024, 12, 1), date(2024, 12, 31))
    assert preset_days("yesterday", today=new_year) == (date(2024, 12, 31), date(2024, 12, 31))
    assert preset_days("year_to_date", today=new_year) == (new_year, new_year)
    assert list(last_months(3, until=month_of(new_year))) == ["2024-11", "2024-12", "2025-01"]


def test_months_end_and_begin() -> None:
    assert [month_end(date(year, 2, 1)).day for year in (2023, 2024)] == [28, 29]
    assert next_month(date(2024, 12, 31)) == date(2025, 1, 1)
    assert first_day(month_of(LEAP)) == date(2024, 2, 1)
    assert [quarter_start(date(2025, month, 15)).month for month in (1, 3, 4, 9, 12)] == [1, 1, 4, 7, 10]
    assert year_earlier(LEAP) == date(2023, 2, 28)
