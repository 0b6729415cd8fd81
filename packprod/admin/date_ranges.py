"""Ranges of business days by name: "last 7 days" in a saved view means the last 7 days on every day."""

from collections.abc import Callable
from datetime import date, timedelta

Span = tuple[date, date]
_DAY = timedelta(days=1)


def _last_month(today: date) -> Span:
    end = today.replace(day=1) - _DAY
    return end.replace(day=1), end


_RANGES: dict[str, tuple[str, Callable[[date], Span]]] = {
    "today": ("Today", lambda today: (today, today)),
    "yesterday": ("Yesterday", lambda today: (today - _DAY, today - _DAY)),
    "last_7_days": ("Last 7 days", lambda today: (today - 6 * _DAY, today)),
    "last_30_days": ("Last 30 days", lambda today: (today - 29 * _DAY, today)),
    "month_to_date": ("This month", lambda today: (today.replace(day=1), today)),
    "last_month": ("Last month", _last_month),
    "year_to_date": ("This year", lambda today: (today.replace(month=1, day=1), today)),
}
RANGE_CHOICES = [(name, label) for name, (label, _) in _RANGES.items()]


def named_range(name: str, *, today: date) -> Span:
    """First and last day, both inclusive. Raises KeyError for an unknown name."""
    return _RANGES[name][1](today)
