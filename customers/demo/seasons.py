"""The rhythm of the demo year: busy weekdays, quiet nights, a rush before Christmas, summer holidays."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo


def seeded(*parts: object) -> Random:
    """A random generator that depends only on the parts."""
    return Random("/".join(str(part) for part in parts))  # noqa: S311 - demo data, not secrets


DAYS = 400
SYDNEY = ZoneInfo("Australia/Sydney")
WEEKDAYS = (115, 120, 110, 105, 90, 22, 14)  # Monday first
MONTHS = (70, 85, 95, 90, 100, 108, 95, 100, 105, 118, 145, 120)  # June: the end of the financial year
HOURS = (1, 0, 0, 0, 0, 0, 2, 6, 12, 18, 19, 17, 12, 14, 17, 15, 11, 6, 4, 4, 4, 3, 2, 2)
CHRISTMAS_RUSH = ((11, 17), (12, 13))
SHUTDOWN = ((12, 23), (12, 31))


def _weight(day: date) -> int:
    weight = WEEKDAYS[day.weekday()] * MONTHS[day.month - 1]
    month_and_day = (day.month, day.day)
    if CHRISTMAS_RUSH[0] <= month_and_day <= CHRISTMAS_RUSH[1]:
        return weight * 3 // 2
    if SHUTDOWN[0] <= month_and_day <= SHUTDOWN[1]:
        return weight // 8
    return weight


class DemoYear:
    """The 400 days before `today` (today itself is left to real orders).

    A point of the year is a number from 0 to 1 that grows faster on busy days: evenly spread points make
    a year with seasons, and points in order make instants in order.
    """

    def __init__(self, today: date) -> None:
        self.first_day = today - timedelta(days=DAYS)
        days = (self.first_day + timedelta(days=number) for number in range(DAYS))
        self.day_marks = [0, *accumulate(_weight(day) for day in days)]
        self.hour_marks = [0, *accumulate(HOURS)]

    def point(self, days_ago: float) -> float:
        """The point at which a day begins, that many days before today; fractions lie within the day."""
        day, fraction = divmod(DAYS - days_ago, 1)
        before, after = self.day_marks[int(day)], self.day_marks[min(int(day) + 1, DAYS)]
        return (before + (after - before) * fraction) / self.day_marks[-1]

    def day_number(self, instant: datetime) -> int:
        """The day of an instant, counted from the first day of the span."""
        return (instant.astimezone(SYDNEY).date() - self.first_day).days

    def instant(self, point: float) -> datetime:
        """The instant of a point, in whole seconds, aware UTC."""
        number, fraction = _between(self.day_marks, point)
        hour, fraction = _between(self.hour_marks, fraction)
        seconds = int(fraction * 3600)
        clock = time(hour, seconds // 60, seconds % 60, tzinfo=SYDNEY)
        return datetime.combine(self.first_day + timedelta(days=number), clock).astimezone(UTC)


def _between(marks: list[int], share: float) -> tuple[int, float]:
    """Which step of rising marks a share (0 to 1) of the whole falls into, and how far into it."""
    value = min(share, 0.999999999) * marks[-1]
    step = bisect_right(marks, value) - 1
    return step, (value - marks[step]) / (marks[step + 1] - marks[step])
