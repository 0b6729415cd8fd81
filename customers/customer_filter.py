"""What a list of customers is narrowed to by figures: spend, and days since the last order."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from customers.cache_row import spend_key
from customers.metrics import Metrics, last_order_days_ago
from orders.read_models import time_key
from packprod.dates import start_of_business_day

_LOWEST, _HIGHEST = "\x00", "\x7f"  # around every sort key that is a figure or an instant
_BEHIND_SEPARATOR = "\x02"  # sorts behind all keys that start with the same figure
_EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """All bounds inclusive; None: no bound. Days are business-calendar days since the last order."""

    spend_from: Decimal | None = None
    spend_to: Decimal | None = None
    days_from: int | None = None
    days_to: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it lets everybody pass."""
        return self == CustomerFilter()

    def keeps(self, metrics: Metrics, *, today: date) -> bool:
        """Whether a customer passes on this business day."""
        days = last_order_days_ago(metrics, today=today)
        return (
            (self.spend_from is None or metrics.total_spend >= self.spend_from)
            and (self.spend_to is None or metrics.total_spend <= self.spend_to)
            and (self.days_from is None or days >= self.days_from)
            and (self.days_to is None or days <= self.days_to)
        )

    def key_bounds(self, sort: str, *, today: date) -> tuple[str, str]:
        """The stretch of a sorted list in which those who pass lie, where the list is sorted by what is narrowed."""
        match sort:
            case "totalSpend":
                return self._spend_bounds()
            case "lastOrderDate":
                return self._date_bounds(today)
            case _:
                return _LOWEST, "\U0010ffff"

    def _spend_bounds(self) -> tuple[str, str]:
        low = _LOWEST if self.spend_from is None else spend_key(self.spend_from)
        high = _HIGHEST if self.spend_to is None else spend_key(self.spend_to) + _BEHIND_SEPARATOR
        return low, high

    def _date_bounds(self, today: date) -> tuple[str, str]:
        """A last order that is dated in the future is 0 days ago, so 0 days have no bound there."""
        low = _LOWEST if self.days_to is None else _start(_before(today, self.days_to))
        high = _start(_before(today, self.days_from - 1)) if self.days_from else _HIGHEST
        return low, high


def _before(today: date, days: int) -> date:
    return max(_EARLIEST, today - timedelta(days=min(days, (today - _EARLIEST).days)))


def _start(day: date) -> str:
    return time_key(start_of_business_day(day))
