"""Stretches of lists of orders: which part is read, and how slim rows or an index become a walk through it.

A walk yields (position, order); the position is the list's own and goes into the cursor.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from orders.lists import Position, fetched, readable
from orders.order import Order
from orders.order_filter import OrderFilter
from orders.read_models import ODD_KEY, ORDERS_BY_ODD_TIME, SEPARATOR, has_plain_time, time_key
from orders.tables import WebOrder
from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

EARLIEST, LATEST = "0", ":"  # around every instant's text, and every total's
_SECOND = len("2025-10-20T10:30:00")
Walk = Iterator[tuple[Position, Order | None]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of a list: what is wanted, behind which position, how many at a time, from which end."""

    wanted: OrderFilter
    after: Position
    chunk: int
    descending: bool = True

    def is_behind(self, position: Position) -> bool:
        """Whether a position lies in this stretch, coming from the one before."""
        if not self.after:
            return True
        return position < self.after if self.descending else position > self.after


def slim(model: str, key: str, stretch: Stretch) -> Walk:
    """The orders of a list of slim rows by time."""
    return between(*_bounds(stretch), model, key, stretch)


def between(low: str, high: str, model: str, key: str, stretch: Stretch) -> Walk:
    """The orders whose slim rows lie between two row ids, both exclusive."""
    partition = Partition(
        Projection,
        hash=("bucket", bucket_id(model, key)),
        range=Range("rowID", "between", low, high),
        descending=stretch.descending,
    )
    rows = query_all(partition, page_size=stretch.chunk + 1)
    waiting = (([row["rowID"]], row["sourceID"]) for row in rows if row["rowID"] not in (low, high))
    return fetched(waiting, chunk=stretch.chunk)


def _bounds(stretch: Stretch) -> tuple[str, str]:
    """The row ids around the stretch. No row is equal to a bound, but for the one the last page ended with."""
    wanted = stretch.wanted
    low = time_key(wanted.created_from) if wanted.created_from else EARLIEST
    high = time_key(wanted.created_before) if wanted.created_before else LATEST
    if stretch.after:
        return (low, stretch.after[0]) if stretch.descending else (stretch.after[0], high)
    return low, high


def merged(plain: Sequence[Walk], stretch: Stretch) -> Walk:
    """What the table's own indexes hold, and the few orders that they misplace: in both, positions sort by time."""
    odd = slim(ORDERS_BY_ODD_TIME.name, ODD_KEY, stretch)
    return heapq.merge(*plain, odd, key=itemgetter(0), reverse=stretch.descending)


def each_once(walk: Walk) -> Walk:
    """A merged walk without what more than one list holds: equal positions stand side by side."""
    return (next(same) for _, same in groupby(walk, key=itemgetter(0)))


def plainly_timed(index: str, key: tuple[str, Any], stretch: Stretch) -> Walk:
    """A GSI with whole rows. Its range key is text as the writers wrote it: orders of one second sort by their
    fractions only here, so bounds are whole seconds, and a page goes on within the second where the last one ended."""
    low, high = _bounds(stretch)
    span = Range("createdAt", "between", low[:_SECOND], high[:_SECOND] + "\x7f")
    partition = Partition(WebOrder, index=index, hash=key, range=span, descending=stretch.descending)
    rows = query_all(partition, page_size=stretch.chunk + 2)
    plain = (item for item in rows if has_plain_time(item["createdAt"]))
    for _, second in groupby(plain, key=lambda item: item["createdAt"][:_SECOND]):
        found = ((_position(item), readable(item)) for item in second)
        in_order = sorted(found, key=itemgetter(0), reverse=stretch.descending)
        yield from (pair for pair in in_order if stretch.is_behind(pair[0]))


def _position(item: Item) -> Position:
    """That of `newest_first_key`, also for a row that is parked or not ours."""
    whole, _, fraction = item["createdAt"].rstrip("Z").partition(".")
    return [f"{whole}.{fraction[:6]:0<6}Z{SEPARATOR}{item['orderID']}"]
