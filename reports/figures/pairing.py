"""Which buckets of two periods stand beside each other: by the calendar, never by position.

A year earlier (`compare=year`): the same day of the month, the same ISO week, the same month. 29 February and week 53
have no partner in a year that lacks them.

The equally long period just before:

- by day, from 28 days on, the same day of the month, so many whole months earlier: 31 July has no partner in April.
  Shorter periods hold no day of the month twice: there it is as many days earlier as the period has (7 days: the same
  weekday).
- by week and by month, so many whole weeks or months earlier: July to September stand beside April to June, although
  the 92 days before begin on 31 March; March has no partner.
- a period of whole years: as a year earlier.

How many months or weeks earlier is what puts most days beside days. Every bucket of both periods stands in exactly one
pair, so that each column adds up to its total.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from packprod.dates import DAY
from packprod.months import months_earlier, months_since
from reports.figures.periods import Compare, Period, bucket_days, bucket_starts

Partner = Callable[[date], date | None]
"""The first day of the bucket that stands beside the one that starts on a day; None where the calendar has none."""
Pair = tuple[date | None, date | None]
"""The first days of a bucket and of the one of the other period beside it; None where there is none."""

SHORTEST_MONTH: Final = 28
_YEAR, _WEEK = 12, 7


def paired_buckets(period: Period, *, compare: Compare, granularity: str) -> list[Pair]:
    """The buckets of the period and of the one that it is compared with side by side, both in order."""
    before = period.compared(compare)
    earlier = bucket_starts(before, granularity)
    known, partner = set(earlier), _partner(period, before, compare, granularity)
    pairs: list[Pair] = []
    waiting = 0
    for start in bucket_starts(period, granularity):
        other = partner(start)
        if other not in known:
            pairs.append((start, None))
            continue
        while earlier[waiting] != other:
            pairs.append((None, earlier[waiting]))
            waiting += 1
        pairs.append((start, other))
        waiting += 1
    return [*pairs, *((None, start) for start in earlier[waiting:])]


def _partner(period: Period, before: Period, compare: Compare, granularity: str) -> Partner:
    months = _YEAR if compare == "year" else _months_between(period, before)
    if granularity == "week":
        return _by_week(period, before, years=months // _YEAR if months % _YEAR == 0 else 0)
    if granularity == "month" or compare == "year" or period.days >= SHORTEST_MONTH:
        return lambda start: months_earlier(start, months)
    return lambda start: start - period.days * DAY


def _by_week(period: Period, before: Period, *, years: int) -> Partner:
    """So many years earlier, the same ISO week; with 0 years, so many weeks earlier."""
    if years:
        return lambda start: _same_iso_week(start, years)
    weeks = _weeks_between(period, before)
    return lambda start: start - weeks * _WEEK * DAY


def _same_iso_week(monday: date, years: int) -> date | None:
    iso = monday.isocalendar()
    try:
        return date.fromisocalendar(iso.year - years, iso.week, 1)
    except ValueError:  # week 53 of a year that has 52
        return None


def _months_between(period: Period, before: Period) -> int:
    ends, starts = months_since(before.end, period.end), months_since(before.start, period.start)

    def beside(months: int) -> int:
        days = (period.start + n * DAY for n in range(period.days))
        return sum(1 for day in days if (other := months_earlier(day, months)) and before.start <= other <= before.end)

    # 1 January to 9 February is best beside December, though the 40 days before begin and end two months earlier.
    fewest = min(ends, starts)
    candidates: list[int] = [*range(fewest, max(ends, starts) + 1), fewest - 1]
    return max(candidates, key=beside)


def _weeks_between(period: Period, before: Period) -> int:
    monday, earlier = (bucket_starts(one, "week") for one in (period, before))
    ends, starts = ((monday[place] - earlier[place]).days // _WEEK for place in (-1, 0))
    days = {start: bucket_days(start, "week", within=before).days for start in earlier}

    def beside(weeks: int) -> int:
        return sum(
            min(bucket_days(start, "week", within=period).days, days.get(start - weeks * _WEEK * DAY, 0))
            for start in monday
        )

    return max(range(min(ends, starts), max(ends, starts) + 1), key=beside)
