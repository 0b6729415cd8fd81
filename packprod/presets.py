"""Ranges of business days by name, for lists and reports.

In an address or a saved view the name is kept, so "last 7 days" means the last 7 days on every day.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from packprod.dates import DAY
from packprod.months import month_before, month_start, quarter_start, year_earlier, year_start

Days = tuple[date, date]
"""First and last day, both inclusive."""


def last_days(count: int, *, until: date) -> Days:
    """So many days up to one, that one included."""
    return until - (count - 1) * DAY, until


PRESETS: Final[dict[str, Callable[[date], Days]]] = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: (today - DAY, today - DAY),
    "last_7_days": lambda today: last_days(7, until=today),
    "last_30_days": lambda today: last_days(30, until=today),
    "month_to_date": lambda today: (month_start(today), today),
    "last_month": month_before,
    "quarter_to_date": lambda today: (quarter_start(today), today),
    "year_to_date": lambda today: (year_start(today), today),
    "last_year": lambda today: (year_start(year_earlier(today)), year_start(today) - DAY),
}
"""What each name means on a day."""


def preset_days(name: str, *, today: date) -> Days:
    """First and last day, both inclusive. Raises KeyError for an unknown name."""
    return PRESETS[name](today)
