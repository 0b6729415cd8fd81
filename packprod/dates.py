"""Instants and business days: UTC in storage, the business time zone for anything called a day."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

DAY = timedelta(days=1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def business_zone() -> ZoneInfo:
    """The zone of PACKPROD_TIME_ZONE."""
    return _zone(settings.PACKPROD_TIME_ZONE)


def utc_now() -> datetime:
    """The present instant. Call it at the edge (view, task, command) and pass it on."""
    return datetime.now(UTC)


def parse_instant(text: str) -> datetime:
    """ISO 8601 with an offset, as an aware UTC datetime. Raises ValueError without an offset or a real date."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset, such as Z or +10:00")
    try:
        return instant.astimezone(UTC)
    except OverflowError as exc:
        raise ValueError("out of range") from exc


def format_instant(instant: datetime) -> str:
    """ISO 8601 in UTC ending in Z; a fraction only where there is one."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def sortable(formatted: str) -> str:
    """What `format_instant` gave, as text that sorts like the instants do: a fraction comes after the whole second."""
    return formatted.removesuffix("Z")


def business_date(instant: datetime) -> date:
    """The calendar day of an instant in the business time zone."""
    return instant.astimezone(business_zone()).date()


def start_of_business_day(day: date) -> datetime:
    """The first instant of a business day, in UTC (daylight saving included)."""
    return datetime(day.year, day.month, day.day, tzinfo=business_zone()).astimezone(UTC)


def moment(instant: datetime) -> str:
    """Day and time in the business time zone: 20 Oct 2025, 21:30.

    In the hour that occurs twice when daylight saving time ends, with the zone's name: 6 Apr 2025, 02:30 AEDT.
    """
    local = instant.astimezone(business_zone())
    occurs_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    text = f"{local.day} {MONTHS[local.month - 1]} {local.year:04}, {local.hour:02}:{local.minute:02}"
    return f"{text} {local.tzname()}" if occurs_twice else text
