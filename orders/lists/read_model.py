"""The order lists that the table's own indexes cannot serve: by status, by start of reference, by total, by what is
odd.

Each is projection rows only: a list reads a page of them and then those orders. Row ids start with the instant, or
with the total, at fixed width, so that they sort by it.
"""

from collections.abc import Iterable
from decimal import Decimal

from orders.amounts import MAX_AMOUNT
from orders.keys import KEY_LENGTH, SEPARATOR, has_plain_time, newest_first_key
from orders.order import Order
from packprod.readmodels.lists.search_query import reference_keys
from packprod.readmodels.registry import ProjectionRow, ReadModel

ODD_KEY = "all"
TOTAL_KEY = "all"
_TOTAL_DECIMALS = 12  # far more than cents have: so were the keys made when totals were not rounded yet
_TOTAL_DIGITS = 25  # _TOTAL_DECIMALS behind the point; before it, twice MAX_AMOUNT


def rows_by_status(order: Order) -> Iterable[ProjectionRow]:
    """One list per status."""
    return [ProjectionRow(key=order.status[:KEY_LENGTH], row_id=newest_first_key(order))]


def reference_shard(reference_key: str) -> str:
    """The list that holds the references starting alike; a search knows at least one character."""
    return reference_key[:1]


def rows_by_reference(order: Order) -> Iterable[ProjectionRow]:
    """Lists by first character, sorted by the forms in which a reference is searched; nearly always there is one."""
    data = {"time": newest_first_key(order)}
    return [
        ProjectionRow(key=reference_shard(key), row_id=f"{key}{SEPARATOR}{order.order_id}", data=data)
        for key in reference_keys(order.order_reference)
    ]


def rows_by_odd_time(order: Order) -> Iterable[ProjectionRow]:
    """The orders that the table's own indexes misplace: other writers gave them another offset than Z."""
    return [] if has_plain_time(order.stored_time) else [ProjectionRow(key=ODD_KEY, row_id=newest_first_key(order))]


def total_key(total: Decimal) -> str:
    """A total below MAX_AMOUNT, of either sign, as text of fixed width, so that text order is the numbers' order."""
    return f"{int((MAX_AMOUNT + total).scaleb(_TOTAL_DECIMALS)):0{_TOTAL_DIGITS}d}"


def total_row_id(order: Order) -> str:
    """The row id of an order in the list by total; orders of one total sort by time."""
    return f"{total_key(order.total)}{SEPARATOR}{newest_first_key(order)}"


def rows_by_total(order: Order) -> Iterable[ProjectionRow]:
    """One list of all orders."""
    return [ProjectionRow(key=TOTAL_KEY, row_id=total_row_id(order))]


def rows_by_oddity(order: Order) -> Iterable[ProjectionRow]:
    """One list per oddity; an order without any is in none."""
    return [ProjectionRow(key=name, row_id=newest_first_key(order)) for name in order.odd]


ORDERS_BY_STATUS = ReadModel(name="orders-by-status", project=rows_by_status, version=2)
ORDERS_BY_REFERENCE = ReadModel(name="orders-by-reference", project=rows_by_reference, version=3)
ORDERS_BY_ODD_TIME = ReadModel(name="orders-by-odd-time", project=rows_by_odd_time)
ORDERS_BY_ODDITY = ReadModel(name="orders-by-oddity", project=rows_by_oddity, depends_on=("PACKPROD_TIME_ZONE",))
ORDERS_BY_TOTAL = ReadModel(name="orders-by-total", project=rows_by_total, rows_move=True)
