"""Sort keys of orders in their lists: unique text, the instant first at fixed width, the id last."""

import re
from datetime import UTC, datetime

from orders.order import Order
from packprod.dynamodb.reads import Item

SEPARATOR = "\x01"
BEHIND_SEPARATOR = "\x02"  # sorts behind every key that starts with the same value
KEY_LENGTH = 200  # other writers set no limit; DynamoDB's keys do
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def time_key(instant: datetime) -> str:
    """An instant as text of fixed width, so that text order is time order."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def newest_first_key(order: Order) -> str:
    """The sort key of an order in a list by time."""
    return f"{time_key(order.created_at)}{SEPARATOR}{order.order_id}"


def newest_first_key_of_row(item: Item) -> str:
    """The same key, made from a stored row with a plain time; the order may be parked or another client's."""
    whole, _, fraction = item["createdAt"].rstrip("Z").partition(".")
    return f"{whole}.{fraction[:6]:0<6}Z{SEPARATOR}{item['orderID']}"


def has_plain_time(stored_time: str) -> bool:
    """Whether a stored createdAt sorts as text as it does in time; fractions within a second may not."""
    return _PLAIN_TIME.fullmatch(stored_time) is not None
