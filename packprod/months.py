"""Calendar months of business days: as text, as first and last day, counted back from one."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from packprod.dates import DAY

_LENGTH = len("2025-10")


@dataclass(frozen=True, slots=True)
class Months:
    """Months from `first` to `last`, both inclusive, as text: 2025-10."""

    first: str
    last: str

    def __iter__(self) -> Iterator[str]:
        for number in range(_number(self.first), _number(self.last) + 1):
            yield _month(number)


def last_months(count: int, *, until: str) -> Months:
    """So many months up to one, that one included."""
    return Months(_month(_number(until) - count + 1), until)


def month_of(day: date) -> str:
    """2025-10 for any day of that month."""
    return day.isoformat()[:_LENGTH]


def first_day(month: str) -> date:
    """The first day of a month such as 2025-10. Raises ValueError for another text."""
    return date.fromisoformat(f"{month}-01")


def month_start(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return month_end(day) + DAY


def month_before(day: date) -> tuple[date, date]:
    """First and last day of the month before the day's."""
    last = month_start(day) - DAY
    return month_start(last), last


def quarter_start(day: date) -> date:
    """The first day of the day's quarter of the calendar year."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def year_start(day: date) -> date:
    """1 January of the day's year."""
    return date(day.year, 1, 1)


def year_earlier(day: date) -> date:
    """The same day a year earlier; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def months_since(earlier: date, later: date) -> int:
    """How many months the later day's month lies after the earlier one's."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def months_earlier(day: date, months: int) -> date | None:
    """The same day of the month so many months earlier; None where that month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return None


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
