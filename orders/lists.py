"""The steps of a walk through a list of orders, newest first.

Every list has a driver: what it is read from. The driver's own position goes into the cursor, so a page goes on
exactly behind the last order that was looked at, whatever was written meanwhile.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from orders.order import Order
from orders.rows import is_ours, order_from_row
from orders.tables import WebOrder
from packprod.dynamodb.reads import Item, batch_get
from packprod.errors import BrokenOrder

Position = list[Any]


def readable(item: Item) -> Order | None:
    """The order in a row of ours; None for what is parked or not ours."""
    if not is_ours(item):
        return None
    try:
        return order_from_row(item)
    except BrokenOrder:
        return None


def fetched(slim: Iterable[tuple[Position, str]], *, chunk: int) -> Iterator[tuple[Position, Order | None]]:
    """The orders that slim rows name, read strongly a chunk at a time, in the slim rows' order."""
    waiting = iter(slim)
    while pairs := list(islice(waiting, chunk)):
        items = {item["orderID"]: item for item in batch_get(WebOrder, [(order_id,) for _, order_id in pairs])}
        for position, order_id in pairs:
            item = items.get(order_id)
            yield position, readable(item) if item else None
