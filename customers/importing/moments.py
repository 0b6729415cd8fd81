"""Reads instants: an offset is needed, and a year that an order of this shop can have."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from customers.importing.fields import Refused, shown

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
EXAMPLE = "must be a date and time such as 2025-10-20T10:30:00Z"


def instant(now: datetime) -> Callable[[object], datetime]:
    """A parser of ISO 8601 with an offset, from 2000 to a year after `now`, into aware UTC."""

    def parse(value: object) -> datetime:
        moment = _iso_moment(value)
        if moment.tzinfo is None:
            raise Refused("offset_required", f"needs an offset such as Z or +10:00, and is {shown(value)}")
        if not EARLIEST <= moment <= now + timedelta(days=366):
            raise Refused("out_of_range", f"must lie between 2000 and a year from now, and is {shown(value)}")
        return moment.astimezone(UTC)

    return parse


def _iso_moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise Refused("invalid", f"{EXAMPLE}, not {shown(value)}")
    try:
        return datetime.fromisoformat(value.strip().upper())
    except ValueError as exc:
        raise Refused("invalid", f"{EXAMPLE}, not {shown(value)}") from exc
