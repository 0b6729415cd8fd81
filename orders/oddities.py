"""What can be odd about an order that counts all the same. Staff should look at it: a figure may not be what it seems.

All but FUTURE follow from the row alone and are named on the order; FUTURE depends on the day on which one looks.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from packprod.dates import business_zone, parse_instant

ROUNDED: Final = "rounded"
TEXT: Final = "text"
ZERO: Final = "zero"
NEGATIVE: Final = "negative"
NEGATIVE_QUANTITY: Final = "negative_quantity"
MISMATCH: Final = "mismatch"
UNKNOWN_STATUS: Final = "unknown_status"
AHEAD: Final = "ahead"
PAST: Final = "past"
FUTURE: Final = "future"

ODDITIES: Final = {
    FUTURE: "Dated in the future",
    PAST: "Dated before 2000",
    AHEAD: "Local time sent as UTC",
    UNKNOWN_STATUS: "Unknown status",
    NEGATIVE: "Negative total",
    ZERO: "Total of zero",
    NEGATIVE_QUANTITY: "Negative quantity",
    MISMATCH: "Total differs from its parts",
    ROUNDED: "Amounts rounded",
    TEXT: "Amounts written as text",
}
"""Each oddity as staff read it, the gravest first."""
HARMLESS: Final = frozenset({ROUNDED, TEXT})  # how other writers write amounts that can be read without a doubt

BY_DAY: Final = "day"
BY_NIGHT: Final = "night"
SHIFTED: Final = "shifted"
_DAY_HOURS = range(7, 19)
LEAST_ORDERS = 20  # of a sender: fewer say nothing about its clock

FIRST_YEAR = 2000
TOLERANCE = Decimal("0.01")  # for each line: shops round line by line
_EARLY, _LATE = timedelta(hours=2), timedelta(minutes=15)


def is_ahead(created_at: datetime, updated_at: str) -> bool:
    """Whether an order is dated about as far ahead of its last change as business time is ahead of UTC.

    A sender that takes local time for UTC does that. An order may be up to two hours old when it is stored. West of
    Greenwich such a sender dates orders into the past, where they cannot be told from old ones.
    """
    try:
        ahead = created_at - parse_instant(updated_at)
    except ValueError:
        return False
    offset = created_at.astimezone(business_zone()).utcoffset() or timedelta(0)
    return max(offset - _EARLY, _LATE) < ahead < offset + _LATE


def time_of_day(created_at: datetime) -> str:
    """BY_DAY (7 to 19 h in business time), BY_NIGHT, or SHIFTED: by night, but by day if UTC were business time."""
    if created_at.astimezone(business_zone()).hour in _DAY_HOURS:
        return BY_DAY
    return SHIFTED if created_at.astimezone(UTC).hour in _DAY_HOURS else BY_NIGHT


def sends_local_time(times: Mapping[str, int]) -> bool:
    """Whether a sender's orders look as if it sent local time as UTC, by how many it made at each time of day.

    At most 3 in 10 are by day, and at least 6 in 10 would be if UTC were business time. A business makes most of its
    orders by day; one that ships round the clock has as many by night and is not taken for such a sender.
    """
    count = sum(times.values())
    by_day, shifted = times.get(BY_DAY, 0), times.get(SHIFTED, 0)
    return count >= LEAST_ORDERS and 10 * by_day <= 3 * count and 10 * shifted >= 6 * count


def differs(stated: Decimal, computed: Decimal, *, lines: int) -> bool:
    """Whether a stated sum differs from its parts by more than rounding line by line explains."""
    return abs(stated - computed) > TOLERANCE * max(lines, 1)
