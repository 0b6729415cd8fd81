"""Sort keys of orders in their lists: unique text, the instant first at fixed width, the id last."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from orders.amounts import MAX_AMOUNT
from orders.order import Order

SEPARATOR = "\x01"
BEHIND_SEPARATOR = "\x02"  # sorts behind every key that starts with the same value
KEY_LENGTH = 200  # other writers set no limit; DynamoDB's keys do
_TOTAL_DECIMALS = 12  # far more than cents have: so were the keys made when totals were not rounded yet
_TOTAL_DIGITS = 25  # _TOTAL_DECIMALS behind the point; before it, twice MAX_AMOUNT
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def time_key(instant: datetime) -> str:
    """An instant as text of fixed width, so that text order is time order."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def total_key(total: Decimal) -> str:
    """A total below MAX_AMOUNT, of either sign, as text of fixed width, so that text order is the numbers' order."""
    return f"{int((MAX_AMOUNT + total).scaleb(_TOTAL_DECIMALS)):0{_TOTAL_DIGITS}d}"


def newest_first_key(order: Order) -> str:
    """The sort key of an order in a list by time."""
    return f"{time_key(order.created_at)}{SEPARATOR}{order.order_id}"


def newest_first_key_of_row(stored_time: str, order_id: str) -> str:
    """The same key, made of a stored plain time; the order may be parked or another client's."""
    whole, _, fraction = stored_time.rstrip("Z").partition(".")
    return f"{whole}.{fraction[:6]:0<6}Z{SEPARATOR}{order_id}"


def has_plain_time(stored_time: str) -> bool:
    """Whether a stored createdAt sorts as text as it does in time; fractions within a second may not."""
    return _PLAIN_TIME.fullmatch(stored_time) is not None
