"""Walks an ordered list of orders, newest first, keeping what passes a filter, until a page is full.

Every list has a driver: what it is read from. The driver's own position goes into the cursor, so a page goes on
exactly behind the last order that was looked at, whatever was written meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from orders.order import Order
from orders.rows import is_ours, order_from_row
from orders.tables import WebOrder
from packprod.dynamodb.reads import Item, batch_get
from packprod.errors import BrokenOrder

MAX_EXAMINED = 2_000
Position = list[Any]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders newest first; `next_position` None at the end. `total` only where the page is all there is."""

    orders: list[Order]
    next_position: Position | None
    total: int | None


def take_page(
    found: Iterable[tuple[Position, Order | None]], *, keep: Callable[[Order], bool], limit: int, first: bool
) -> OrderPage:
    """The next page. A filter that rejects nearly all ends a page early, with a cursor, after MAX_EXAMINED."""
    orders: list[Order] = []
    position: Position | None = None
    for examined, (at, order) in enumerate(found):
        if len(orders) == limit or examined == MAX_EXAMINED:
            return OrderPage(orders, next_position=position, total=None)
        position = at
        if order is not None and keep(order):
            orders.append(order)
    return OrderPage(orders, next_position=None, total=len(orders) if first else None)


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
