"""The order lists that the table's own indexes cannot serve: by status, by e-mail, by start of reference, by total.

Each is slim rows only: a list reads a page of them and then those orders. Row ids start with the instant, or with the
total, at fixed width, so that they sort by it.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from orders.identity import own_order_id
from orders.order import Order
from orders.rows import MAX_AMOUNT, MAX_DECIMALS, MAX_ID_BYTES, stored_reference
from packprod.dynamodb.reads import Item
from packprod.readmodels.registry import ReadModel, Row
from packprod.text import caseless

OTHERS_KEY = "all"
ODD_KEY = "all"
TOTAL_KEY = "all"
_TOTAL_DIGITS = 25  # MAX_DECIMALS behind the point; before it, twice MAX_AMOUNT
SEPARATOR = "\x01"
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
KEY_LENGTH = 200  # other writers set no limit; DynamoDB's keys do


def time_key(instant: datetime) -> str:
    """An instant as text of fixed width, so that text order is time order."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def newest_first_key(order: Order) -> str:
    """The row id of an order in a list by time."""
    return f"{time_key(order.created_at)}{SEPARATOR}{order.order_id}"


def by_status(order: Order) -> Iterable[Row]:
    """One list per status."""
    return [Row(key=order.status[:KEY_LENGTH], row_id=newest_first_key(order))]


def by_email(order: Order) -> Iterable[Row]:
    """One list per e-mail address, as written on the order."""
    email = order.customer.email[:KEY_LENGTH]
    return [Row(key=email, row_id=newest_first_key(order))] if email else []


def reference_shard(reference: str) -> str:
    """The list that holds the references starting alike; a search knows at least one character."""
    return caseless(reference)[:1]


def by_reference(order: Order) -> Iterable[Row]:
    """Lists by first character, sorted by the case-folded reference."""
    folded = caseless(order.order_reference)[:KEY_LENGTH]
    row_id = f"{folded}{SEPARATOR}{order.order_id}"
    data = {"reference": order.order_reference, "time": newest_first_key(order)}
    return [Row(key=reference_shard(folded), row_id=row_id, data=data)]


def by_others(order: Order) -> Iterable[Row]:
    """The orders whose id is not derived from their reference: other writers made them, the import must find them."""
    return _by_others(order.order_reference, order.order_id)


def by_others_broken(item: Item) -> Iterable[Row]:
    """A broken order holds its reference, too: importing that must not make a second order."""
    return _by_others(stored_reference(item), item["orderID"])


def _by_others(order_reference: str, order_id: str) -> Iterable[Row]:
    if order_id == own_order_id(order_reference):
        return []
    # The id of a broken order may be too long for a key, but then another id derives from it.
    short_id = order_id if len(order_id.encode()) <= MAX_ID_BYTES else own_order_id(order_id)
    return [Row(key=OTHERS_KEY, row_id=others_row_id(order_reference) + short_id)]


def others_row_id(order_reference: str) -> str:
    """The start of the row ids of other writers' orders with exactly this reference."""
    return f"{order_reference[:KEY_LENGTH]}{SEPARATOR}"


def has_plain_time(stored_time: str) -> bool:
    """Whether a createdAt sorts as text like it does in time, but for fractions of one second."""
    return _PLAIN_TIME.fullmatch(stored_time) is not None


def by_odd_time(order: Order) -> Iterable[Row]:
    """The orders that the table's own indexes misplace: other writers gave them another offset than Z."""
    return [] if has_plain_time(order.stored_time) else [Row(key=ODD_KEY, row_id=newest_first_key(order))]


def total_key(total: Decimal) -> str:
    """A total below MAX_AMOUNT, of either sign, as text of fixed width, so that text order is the numbers' order."""
    return f"{int((MAX_AMOUNT + total).scaleb(MAX_DECIMALS)):0{_TOTAL_DIGITS}d}"


def total_row_id(order: Order) -> str:
    """The row id of an order in the list by total; orders of one total sort by time."""
    return f"{total_key(order.total)}{SEPARATOR}{newest_first_key(order)}"


def by_total(order: Order) -> Iterable[Row]:
    """One list of all orders."""
    return [Row(key=TOTAL_KEY, row_id=total_row_id(order))]


ORDERS_BY_STATUS = ReadModel(name="orders-by-status", project=by_status)
ORDERS_BY_EMAIL = ReadModel(name="orders-by-email", project=by_email, version=2)
ORDERS_BY_REFERENCE = ReadModel(name="orders-by-reference", project=by_reference)
ORDERS_BY_OTHERS = ReadModel(name="orders-by-others", project=by_others, project_broken=by_others_broken, version=2)
ORDERS_BY_ODD_TIME = ReadModel(name="orders-by-odd-time", project=by_odd_time)
ORDERS_BY_TOTAL = ReadModel(name="orders-by-total", project=by_total, rows_move=True)
