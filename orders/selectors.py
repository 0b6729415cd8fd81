"""Reads orders: one by id or reference, lists newest first. Each reads what it returns, not what is stored."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings

from orders.identity import own_order_id
from orders.lists import Position, fetched, readable
from orders.order import Order
from orders.read_models import (
    KEY_LENGTH,
    ODD_KEY,
    ORDERS_BY_EMAIL,
    ORDERS_BY_ODD_TIME,
    ORDERS_BY_OTHERS,
    ORDERS_BY_REFERENCE,
    ORDERS_BY_STATUS,
    OTHERS_KEY,
    SEPARATOR,
    has_plain_time,
    others_row_id,
    reference_shard,
    time_key,
)
from orders.rows import is_ours
from orders.tables import CONTACT_INDEX, DATE_INDEX, WebOrder
from packprod.dynamodb.reads import Item, Partition, Range, batch_get, get, query_all, query_page
from packprod.errors import InvalidCursor, NotFound
from packprod.readmodels.pages import Page, take_page
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

FEW = 400
_EARLIEST, _LATEST = "0", ":"  # around every instant's text
_SECOND = len("2025-10-20T10:30:00")


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of orders is narrowed to. `created_from` inclusive, `created_before` exclusive, both UTC."""

    created_from: datetime | None = None
    created_before: datetime | None = None
    status: str = ""
    contact_id: str = ""
    search: str = ""

    @property
    def email(self) -> str:
        """The e-mail searched for; empty when the search is the start of a reference."""
        return self.search.strip().casefold() if "@" in self.search else ""

    @property
    def reference_prefix(self) -> str:
        """The start of the references searched for, case-folded."""
        return "" if self.email else self.search.strip().casefold()

    def keeps(self, order: Order) -> bool:
        """Whether an order passes every part of the filter."""
        return (
            (self.created_from is None or order.created_at >= self.created_from)
            and (self.created_before is None or order.created_at < self.created_before)
            and self.status in ("", order.status)
            and self.contact_id in ("", order.contact_id)
            and self.email in ("", order.customer.email)
            and order.order_reference.casefold().startswith(self.reference_prefix)
        )


def order_item(order_id: str) -> Item:
    """The row of one order of this client. Raises NotFound."""
    item = get(WebOrder, order_id)
    if item is None or not is_ours(item):
        raise NotFound(f"There is no order {order_id[:100]}.")
    return item


def find_by_references(order_references: Sequence[str]) -> dict[str, Item]:
    """The stored rows with exactly these references, whoever wrote them; strongly consistent.

    An order of ours has an id derived from its reference. Other writers choose their ids: theirs are found through
    a read model, and so within a second of being written; where there are none, that costs one read in all.
    """
    own = {own_order_id(reference): reference for reference in order_references}
    found = {own[item["orderID"]]: item for item in batch_get(WebOrder, [(order_id,) for order_id in own])}
    others = Partition(Projection, hash=("bucket", bucket_id(ORDERS_BY_OTHERS.name, OTHERS_KEY)))
    missing = [reference for reference in order_references if reference not in found]
    if missing and query_page(others, limit=1, consistent=True).items:
        found |= {reference: item for reference in missing if (item := _by_others(others, reference))}
    return found


def _by_others(others: Partition, order_reference: str) -> Item | None:
    same = replace(others, range=Range("rowID", "begins_with", others_row_id(order_reference)))
    for row in query_all(same, consistent=True):
        item = get(WebOrder, row["sourceID"])
        if item and is_ours(item) and item.get("orderReference") == order_reference:
            return item
    return None


def order_list(wanted: OrderFilter, *, limit: int, position: Position | None = None) -> Page[Order]:
    """A page of the orders that pass the filter, newest first. Raises InvalidCursor for a broken position."""
    driver, after = (position[0], position[1:]) if position else (_driver(wanted), [])
    drivers = {
        "email": lambda: _slim(ORDERS_BY_EMAIL.name, wanted.email[:KEY_LENGTH], wanted, after, limit),
        "status": lambda: _slim(ORDERS_BY_STATUS.name, wanted.status, wanted, after, limit),
        "contact": lambda: _indexed(CONTACT_INDEX, ("contactID", wanted.contact_id), wanted, after, limit),
        "date": lambda: _indexed(DATE_INDEX, ("clientID", settings.PACKPROD_CLIENT_ID), wanted, after, limit),
        "reference": lambda: _few_references(wanted, after, limit),
    }
    if driver not in drivers:
        raise InvalidCursor("The cursor is not one of ours.")
    page = take_page(drivers[driver](), keep=wanted.keeps, limit=limit, first=position is None)
    following = [driver, *page.next_position] if page.next_position else None
    return Page(page.items, next_position=following, total=page.total)


def _driver(wanted: OrderFilter) -> str:
    """The narrowest list that the filter names; the start of a reference only where few orders have it."""
    if wanted.email:
        return "email"
    if wanted.contact_id:
        return "contact"
    if wanted.reference_prefix:
        page = query_page(_references(wanted.reference_prefix), limit=FEW)
        if page.last_key is None:
            return "reference"
    return "status" if wanted.status else "date"


def _references(prefix: str) -> Partition:
    return Partition(
        Projection,
        hash=("bucket", bucket_id(ORDERS_BY_REFERENCE.name, reference_shard(prefix))),
        range=Range("rowID", "begins_with", prefix[:KEY_LENGTH]),
    )


def _few_references(wanted: OrderFilter, after: Position, limit: int) -> Iterator[tuple[Position, Order | None]]:
    rows = query_all(_references(wanted.reference_prefix), page_size=FEW)
    newest = sorted(((row["data"]["time"], row["sourceID"]) for row in rows), reverse=True)
    waiting = (([time], order_id) for time, order_id in newest if not after or time < after[0])
    return fetched(waiting, chunk=limit)


def _slim(
    model: str, key: str, wanted: OrderFilter, after: Position, limit: int
) -> Iterator[tuple[Position, Order | None]]:
    low = time_key(wanted.created_from) if wanted.created_from else _EARLIEST
    high = after[0] if after else time_key(wanted.created_before) if wanted.created_before else _LATEST
    partition = Partition(
        Projection,
        hash=("bucket", bucket_id(model, key)),
        range=Range("rowID", "between", low, high),
        descending=True,
    )
    rows = query_all(partition, page_size=limit + 1)
    waiting = (([row["rowID"]], row["sourceID"]) for row in rows if row["rowID"] != high)
    return fetched(waiting, chunk=limit)


def _indexed(
    index: str, key: tuple[str, Any], wanted: OrderFilter, after: Position, limit: int
) -> Iterator[tuple[Position, Order | None]]:
    """A GSI with whole rows, and the few orders that it misplaces, merged: in both, positions sort by time."""
    plain = _plainly_timed(index, key, wanted, after, limit)
    odd = _slim(ORDERS_BY_ODD_TIME.name, ODD_KEY, wanted, after, limit)
    return heapq.merge(plain, odd, key=itemgetter(0), reverse=True)


def _plainly_timed(
    index: str, key: tuple[str, Any], wanted: OrderFilter, after: Position, limit: int
) -> Iterator[tuple[Position, Order | None]]:
    """The GSI's range key is text as the writers wrote it: orders of one second sort by their fractions only here,
    so bounds are whole seconds, and a page goes on at the start of the second where the last one ended."""
    low = time_key(wanted.created_from)[:_SECOND] if wanted.created_from else _EARLIEST
    high = after[0] if after else time_key(wanted.created_before) if wanted.created_before else _LATEST
    stretch = Range("createdAt", "between", low, high[:_SECOND] + "\x7f")
    partition = Partition(WebOrder, index=index, hash=key, range=stretch, descending=True)
    rows = query_all(partition, page_size=limit + 2)
    plain = (item for item in rows if has_plain_time(item["createdAt"]))
    for _, second in groupby(plain, key=lambda item: item["createdAt"][:_SECOND]):
        found = sorted(((_position(item), readable(item)) for item in second), key=itemgetter(0), reverse=True)
        yield from (pair for pair in found if not after or pair[0] < after)


def _position(item: Item) -> Position:
    """That of `newest_first_key`, also for a row that is parked or not ours."""
    whole, _, fraction = item["createdAt"].rstrip("Z").partition(".")
    return [f"{whole}.{fraction[:6]:0<6}Z{SEPARATOR}{item['orderID']}"]


def contact_order_ids(contact_id: str) -> list[str]:
    """The ids of every order of ours that names the contact, as the table's own index has them."""
    partition = Partition(WebOrder, index=CONTACT_INDEX, hash=("contactID", contact_id))
    return [item["orderID"] for item in query_all(partition) if is_ours(item)]
