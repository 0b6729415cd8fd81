"""What a list of orders can be read from: each driver walks one list by time, from either end.

A walk yields (position, order); the position is the driver's own and goes into the cursor.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings

from orders.lists import Position, fetched, readable
from orders.order import Order
from orders.order_filter import OrderFilter
from orders.products.read_models import PRODUCTS
from orders.read_models import (
    KEY_LENGTH,
    ORDERS_BY_EMAIL,
    ORDERS_BY_REFERENCE,
    ORDERS_BY_STATUS,
    reference_shard,
    time_key,
)
from orders.tables import CONTACT_INDEX, DATE_INDEX, WebOrder
from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

FEW = 400
_EARLIEST, _LATEST = "0", ":"  # around every instant's text
Walk = Iterator[tuple[Position, Order | None]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of a list: what is wanted, behind which position, how many at a time, from which end."""

    wanted: OrderFilter
    after: Position
    chunk: int
    descending: bool = True


def by_date(stretch: Stretch) -> Walk:
    """All orders of the client."""
    return _indexed(DATE_INDEX, ("clientID", settings.PACKPROD_CLIENT_ID), stretch)


def by_contact(stretch: Stretch) -> Walk:
    """The orders of one contact."""
    return _indexed(CONTACT_INDEX, ("contactID", stretch.wanted.contact_id), stretch)


def by_status(stretch: Stretch) -> Walk:
    """The orders of one status."""
    return _slim(ORDERS_BY_STATUS.name, stretch.wanted.stored_status[:KEY_LENGTH], stretch)


def by_email(stretch: Stretch) -> Walk:
    """The orders with one e-mail address on them."""
    return _slim(ORDERS_BY_EMAIL.name, stretch.wanted.email[:KEY_LENGTH], stretch)


def by_product(stretch: Stretch) -> Walk:
    """The orders with one product."""
    return _slim(PRODUCTS.name, stretch.wanted.product_code[:KEY_LENGTH], stretch)


def by_reference(stretch: Stretch) -> Walk:
    """The few orders whose reference starts alike, sorted here."""
    rows = query_all(references(stretch.wanted.reference_prefix), page_size=FEW)
    in_order = sorted(((row["data"]["time"], row["sourceID"]) for row in rows), reverse=stretch.descending)
    waiting = (([time], order_id) for time, order_id in in_order if _is_behind([time], stretch))
    return fetched(waiting, chunk=stretch.chunk)


def by_contacts(stretch: Stretch) -> Walk:
    """The orders of a few contacts, merged."""
    streams = [_of_contact(contact_id, stretch) for contact_id in sorted(stretch.wanted.contact_ids)]
    for item in heapq.merge(*streams, key=_time_and_id, reverse=stretch.descending):
        yield _time_and_id(item), readable(item)


def references(prefix: str) -> Partition:
    """The slim rows of the references that start with a case-folded prefix."""
    return Partition(
        Projection,
        hash=("bucket", bucket_id(ORDERS_BY_REFERENCE.name, reference_shard(prefix))),
        range=Range("rowID", "begins_with", prefix[:KEY_LENGTH]),
    )


def _slim(model: str, key: str, stretch: Stretch) -> Walk:
    low, high = _slim_bounds(stretch)
    partition = Partition(
        Projection,
        hash=("bucket", bucket_id(model, key)),
        range=Range("rowID", "between", low, high),
        descending=stretch.descending,
    )
    rows = query_all(partition, page_size=stretch.chunk + 1)
    waiting = (([row["rowID"]], row["sourceID"]) for row in rows if row["rowID"] not in (low, high))
    return fetched(waiting, chunk=stretch.chunk)


def _slim_bounds(stretch: Stretch) -> tuple[str, str]:
    """The row ids around the stretch. No row is equal to a bound, but for the one the last page ended with."""
    wanted = stretch.wanted
    low = time_key(wanted.created_from) if wanted.created_from else _EARLIEST
    high = time_key(wanted.created_before) if wanted.created_before else _LATEST
    if stretch.after:
        return (low, stretch.after[0]) if stretch.descending else (stretch.after[0], high)
    return low, high


def _indexed(index: str, key: tuple[str, Any], stretch: Stretch) -> Walk:
    partition = _index_partition(index, key, stretch)
    after = stretch.after
    start = {key[0]: key[1], "createdAt": after[0], "orderID": after[1]} if after else None
    for item in query_all(partition, page_size=stretch.chunk + 1, start_key=start):
        yield _time_and_id(item), readable(item)


def _index_partition(index: str, key: tuple[str, Any], stretch: Stretch) -> Partition:
    """A GSI with whole rows. Its range key is text as the writers wrote it: bounds without the final Z, so that a
    fraction of a second sorts inside them."""
    wanted = stretch.wanted
    low = time_key(wanted.created_from)[:19] if wanted.created_from else _EARLIEST
    high = time_key(wanted.created_before)[:19] + "\x7f" if wanted.created_before else _LATEST
    span = Range("createdAt", "between", low, high)
    return Partition(WebOrder, index=index, hash=key, range=span, descending=stretch.descending)


def _of_contact(contact_id: str, stretch: Stretch) -> Iterator[Item]:
    """A contact's rows behind the position. The index leaves orders of the same instant in no order: sorted here."""
    partition = _index_partition(CONTACT_INDEX, ("contactID", contact_id), stretch)
    if stretch.after and partition.range:
        at = stretch.after[0]
        low, high = (partition.range.low, at) if stretch.descending else (at, partition.range.high)
        partition = Partition(
            WebOrder, partition.hash, CONTACT_INDEX, Range("createdAt", "between", low, high), stretch.descending
        )
    rows = query_all(partition, page_size=stretch.chunk + 1)
    for _, same_instant in groupby(rows, key=itemgetter("createdAt")):
        for item in sorted(same_instant, key=_time_and_id, reverse=stretch.descending):
            if _is_behind(_time_and_id(item), stretch):
                yield item


def _is_behind(position: Position, stretch: Stretch) -> bool:
    if not stretch.after:
        return True
    return position < stretch.after if stretch.descending else position > stretch.after


def _time_and_id(item: Item) -> Position:
    return [item["createdAt"], item["orderID"]]
