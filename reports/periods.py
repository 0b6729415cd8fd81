"""Periods of business days: from request parameters, their presets, the period before, their buckets."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.conf import settings

DAY = timedelta(days=1)
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
        return Period(_year_earlier(self.start), _year_earlier(self.end))

    def compared(self, compare: "Compare") -> "Period":
        """The period that a report of this one stands beside."""
        return self.year_before() if compare == "year" else self.before()

    def months(self) -> Iterator["Period"]:
        """The period cut at the ends of months, in order."""
        start = self.start
        while start <= self.end:
            last = start.replace(day=monthrange(start.year, start.month)[1])
            yield Period(start, min(last, self.end))
            start = last + DAY

    @property
    def is_whole_month(self) -> bool:
        """From the first to the last day of one month."""
        return self.start.day == 1 and self.end == self.start.replace(day=monthrange(*self.month)[1])

    @property
    def month(self) -> tuple[int, int]:
        """Year and month of the start."""
        return self.start.year, self.start.month

    def as_json(self) -> dict[str, str]:
        """As the API shows it."""
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "timeZone": settings.PACKPROD_TIME_ZONE,
        }

    def default_granularity(self) -> str:
        """Days for a quarter, weeks for a year, months beyond."""
        return "day" if self.days <= _FEW_DAYS else "week" if self.days <= _FEW_WEEKS else "month"


def bucket_start(day: date, granularity: str) -> date:
    """The first day of the day's week (Monday) or month; the day itself."""
    if granularity == "week":
        return day - day.weekday() * DAY
    return day.replace(day=1) if granularity == "month" else day


def bucket_starts(period: Period, granularity: str) -> list[date]:
    """Every bucket that the period touches, none left out."""
    days = (period.start + n * DAY for n in range(period.days))
    return list(dict.fromkeys(bucket_start(day, granularity) for day in days))


def bucket_days(start: date, granularity: str, *, within: Period) -> Period:
    """The days of the bucket that starts on `start`, as far as they lie in the period."""
    last = start
    if granularity != "day":
        last = start + 6 * DAY if granularity == "week" else start.replace(day=monthrange(start.year, start.month)[1])
    return Period(max(start, within.start), min(last, within.end))


def _year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _month_before(today: date) -> Period:
    end = today.replace(day=1) - DAY
    return Period(end.replace(day=1), end)


def last_days(count: int) -> Callable[[date], Period]:
    """The last `count` days, today included."""
    return lambda today: Period(today - (count - 1) * DAY, today)


PRESETS: dict[str, Callable[[date], Period]] = {
    "today": lambda today: Period(today, today),
    "yesterday": lambda today: Period(today - DAY, today - DAY),
    "last_7_days": last_days(7),
    "last_30_days": last_days(DEFAULT_DAYS),
    "month_to_date": lambda today: Period(today.replace(day=1), today),
    "last_month": _month_before,
    "quarter_to_date": lambda today: Period(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today),
    "year_to_date": lambda today: Period(today.replace(month=1, day=1), today),
    "last_year": lambda today: Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
}
