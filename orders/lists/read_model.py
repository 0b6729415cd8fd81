"""The order lists that neither the table's own indexes nor the table of listed orders can serve: what is odd.

Each is projection rows only: a list reads a page of them and then those orders. Row ids start with the instant at fixed
width, so that they sort by it. Nearly all orders are in none of these lists.
"""

from collections.abc import Iterable

from orders.keys import has_plain_time, newest_first_key
from orders.order import Order
from packprod.readmodels.registry import ProjectionRow, ReadModel

ODD_KEY = "all"


def rows_by_odd_time(order: Order) -> Iterable[ProjectionRow]:
    """The orders that the table's own indexes misplace: other writers gave them another offset than Z."""
    return [] if has_plain_time(order.stored_time) else [ProjectionRow(key=ODD_KEY, row_id=newest_first_key(order))]


def rows_by_oddity(order: Order) -> Iterable[ProjectionRow]:
    """One list per oddity; an order without any is in none."""
    return [ProjectionRow(key=name, row_id=newest_first_key(order)) for name in order.odd]


ORDERS_BY_ODD_TIME = ReadModel(name="orders-by-odd-time", project=rows_by_odd_time)
ORDERS_BY_ODDITY = ReadModel(name="orders-by-oddity", project=rows_by_oddity, depends_on=("PACKPROD_TIME_ZONE",))
