"""A customer's metrics, and every rule about them in the contract's section 6: pure functions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings

from packprod.dates import business_date
from packprod.money import cents

DORMANT, VIP, NEW, ACTIVE = "Dormant", "VIP", "New", "Active"
SEGMENTS = (VIP, ACTIVE, NEW, DORMANT)
ONE_TIME, YEARLY = "One-time", "Yearly"
_FREQUENCY_BOUNDS = ((14, "Weekly"), (75, "Monthly"), (180, "Quarterly"))  # mean gaps in days, inclusive
FREQUENCIES = (ONE_TIME, *(word for _, word in _FREQUENCY_BOUNDS), YEARLY)
_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class CountedOrder:
    """What one order contributes to its customer's metrics; cancelled and refunded orders contribute nothing."""

    order_id: str
    order_reference: str
    created_at: datetime
    total: Decimal
    name: str
    email: str
    company: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Metrics:
    """The facts about a customer that only orders, and the contact's row, change.

    Everything that depends on today is a function of them."""

    name: str
    email: str
    company: str
    order_count: int
    total_spend: Decimal
    first_order_date: datetime
    last_order_date: datetime
    last_order_reference: str
    phone: str = ""  # a row that an earlier version wrote has none

    @property
    def display_name(self) -> str:
        """The name, else the company, else the e-mail."""
        return self.name or self.company or self.email


def last_order_days_ago(metrics: Metrics, *, today: date) -> int:
    """Business-calendar days since the last order; 0 for one dated in the future."""
    return max(0, (today - business_date(metrics.last_order_date)).days)


def segment(metrics: Metrics, *, today: date) -> str:
    """The segment on a business day; the first rule that matches wins."""
    if last_order_days_ago(metrics, today=today) > settings.PACKPROD_DORMANT_DAYS:
        return DORMANT
    if is_vip(metrics):
        return VIP
    if (today - business_date(metrics.first_order_date)).days <= settings.PACKPROD_NEW_DAYS:
        return NEW
    return ACTIVE


def is_vip(metrics: Metrics) -> bool:
    """Spend or number of orders at or above the bound."""
    return (
        metrics.total_spend >= Decimal(settings.PACKPROD_VIP_SPEND)
        or metrics.order_count >= settings.PACKPROD_VIP_ORDERS
    )


def segment_changes_on(metrics: Metrics, *, today: date) -> date | None:
    """The next business day on which time alone changes the segment; None for Dormant, which only orders end."""
    dormant_on = _day_after(metrics.last_order_date, settings.PACKPROD_DORMANT_DAYS)
    match segment(metrics, today=today):
        case "Dormant":
            return None
        case "New":
            return min(dormant_on, _day_after(metrics.first_order_date, settings.PACKPROD_NEW_DAYS))
        case _:
            return dormant_on


def _day_after(instant: datetime, days: int) -> date:
    return business_date(instant) + timedelta(days=days + 1)


def purchase_frequency(metrics: Metrics) -> str:
    """One of FREQUENCIES, by the mean gap in days, (last − first)/(orderCount − 1)."""
    if metrics.order_count == 1:
        return ONE_TIME
    span = (metrics.last_order_date - metrics.first_order_date).total_seconds()
    gap = span / _SECONDS_PER_DAY / (metrics.order_count - 1)
    return next((word for bound, word in _FREQUENCY_BOUNDS if gap <= bound), YEARLY)


def average_order_value(metrics: Metrics) -> Decimal:
    """Spend per order, 2 decimals, half up."""
    return cents(metrics.total_spend / metrics.order_count)
