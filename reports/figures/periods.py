"""Periods of business days: their presets, the period before, their buckets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from packprod import presets
from packprod.dates import DAY
from packprod.months import month_end, month_start, year_earlier

DEFAULT_DAYS = 30
Compare = Literal["previous", "year"]
COMPARISONS: tuple[Compare, ...] = ("previous", "year")
GRANULARITIES = ("day", "week", "month")
_FEW_DAYS, _FEW_WEEKS = 92, 366


@dataclass(frozen=True, slots=True)
class Period:
    """Business days from `start` to `end`, both inclusive."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.end - self.start).days + 1

    def before(self) -> "Period":
        """The equally long period just before."""
        return Period(self.start - self.days * DAY, self.start - DAY)

    def year_before(self) -> "Period":
        """The same days a year earlier; 29 February becomes the 28th."""
        return Period(year_earlier(self.start), year_earlier(self.end))

    def compared(self, compare: "Compare") -> "Period":
        """The period that a report of this one stands beside."""
        return self.year_before() if compare == "year" else self.before()

    def months(self) -> Iterator["Period"]:
        """The period cut at the ends of months, in order."""
        start = self.start
        while start <= self.end:
            last = month_end(start)
            yield Period(start, min(last, self.end))
            start = last + DAY

    @property
    def is_whole_month(self) -> bool:
        """From the first to the last day of one month."""
        return self.start.day == 1 and self.end == month_end(self.start)

    def default_granularity(self) -> str:
        """Days for a quarter, weeks for a year, months beyond."""
        return "day" if self.days <= _FEW_DAYS else "week" if self.days <= _FEW_WEEKS else "month"


def bucket_start(day: date, granularity: str) -> date:
    """The first day of the day's week (Monday) or month; the day itself."""
    if granularity == "week":
        return day - day.weekday() * DAY
    return month_start(day) if granularity == "month" else day


def bucket_starts(period: Period, granularity: str) -> list[date]:
    """Every bucket that the period touches, none left out."""
    days = (period.start + n * DAY for n in range(period.days))
    return list(dict.fromkeys(bucket_start(day, granularity) for day in days))


def bucket_days(start: date, granularity: str, *, within: Period) -> Period:
    """The days of the bucket that starts on `start`, as far as they lie in the period."""
    last = start
    if granularity != "day":
        last = start + 6 * DAY if granularity == "week" else month_end(start)
    return Period(max(start, within.start), min(last, within.end))


def last_days(count: int, *, until: date) -> Period:
    """So many days up to one, that one included."""
    return Period(*presets.last_days(count, until=until))


def preset_period(name: str, *, today: date) -> Period:
    """The period that a preset means today. Raises KeyError for an unknown name."""
    return Period(*presets.preset_days(name, today=today))
