"""What a list of orders can be read from: each driver walks one list, from either end: by time, and one by total.

A walk yields (position, order); the position is the driver's own and goes into the cursor.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
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
    ODD_KEY,
    ORDERS_BY_EMAIL,
    ORDERS_BY_ODD_TIME,
    ORDERS_BY_REFERENCE,
    ORDERS_BY_STATUS,
    ORDERS_BY_TOTAL,
    SEPARATOR,
    TOTAL_KEY,
    has_plain_time,
    reference_shard,
    time_key,
    total_key,
)
from orders.tables import CONTACT_INDEX, DATE_INDEX, WebOrder
from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

FEW = 400
FEW_CONTACTS = 20  # as many lists are merged in one request
_EARLIEST, _LATEST = "0", ":"  # around every instant's text, and every total's
_BEHIND_SEPARATOR = "\x02"  # sorts behind all rows of one total
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


def by_date(stretch: Stretch) -> Walk:
    """All orders of the client."""
    return _merged([_plainly_timed(DATE_INDEX, ("clientID", settings.PACKPROD_CLIENT_ID), stretch)], stretch)


def by_contact(stretch: Stretch) -> Walk:
    """The orders of one contact."""
    return _merged([_plainly_timed(CONTACT_INDEX, ("contactID", stretch.wanted.contact_id), stretch)], stretch)


def by_contacts(stretch: Stretch) -> Walk:
    """The orders of a few contacts."""
    return _of_contacts(stretch.wanted.contact_ids, stretch)


def by_segment(stretch: Stretch) -> Walk:
    """The orders of the few customers of a segment."""
    return _of_contacts(stretch.wanted.segment_members, stretch)


def _of_contacts(contact_ids: Iterable[str], stretch: Stretch) -> Walk:
    plain = [_plainly_timed(CONTACT_INDEX, ("contactID", one), stretch) for one in sorted(contact_ids)]
    return _merged(plain, stretch)


def by_status(stretch: Stretch) -> Walk:
    """The orders of one status."""
    return _slim(ORDERS_BY_STATUS.name, stretch.wanted.stored_status[:KEY_LENGTH], stretch)


def by_email(stretch: Stretch) -> Walk:
    """The orders with one e-mail address on them."""
    return _slim(ORDERS_BY_EMAIL.name, stretch.wanted.email[:KEY_LENGTH], stretch)


def by_product(stretch: Stretch) -> Walk:
    """The orders with one product."""
    return _slim(PRODUCTS.name, stretch.wanted.product_code[:KEY_LENGTH], stretch)


def by_total(stretch: Stretch) -> Walk:
    """All orders of the client by total, between the filter's amounts."""
    wanted = stretch.wanted
    low = _EARLIEST if wanted.amount_from is None else total_key(wanted.amount_from)
    high = _LATEST if wanted.amount_to is None else total_key(wanted.amount_to) + _BEHIND_SEPARATOR
    if stretch.after:
        low, high = (low, stretch.after[0]) if stretch.descending else (stretch.after[0], high)
    return _between(low, high, ORDERS_BY_TOTAL.name, TOTAL_KEY, stretch) if low < high else iter(())


def by_reference(stretch: Stretch) -> Walk:
    """The few orders whose reference starts alike, sorted here."""
    rows = query_all(references(stretch.wanted.reference_prefix), page_size=FEW)
    in_order = sorted(((row["data"]["time"], row["sourceID"]) for row in rows), reverse=stretch.descending)
    waiting = (([time], order_id) for time, order_id in in_order if stretch.is_behind([time]))
    return fetched(waiting, chunk=stretch.chunk)


def references(prefix: str) -> Partition:
    """The slim rows of the references that start with a case-folded prefix."""
    return Partition(
        Projection,
        hash=("bucket", bucket_id(ORDERS_BY_REFERENCE.name, reference_shard(prefix))),
        range=Range("rowID", "begins_with", prefix[:KEY_LENGTH]),
    )


def _slim(model: str, key: str, stretch: Stretch) -> Walk:
    return _between(*_slim_bounds(stretch), model, key, stretch)


def _between(low: str, high: str, model: str, key: str, stretch: Stretch) -> Walk:
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


def _slim_bounds(stretch: Stretch) -> tuple[str, str]:
    """The row ids around the stretch. No row is equal to a bound, but for the one the last page ended with."""
    wanted = stretch.wanted
    low = time_key(wanted.created_from) if wanted.created_from else _EARLIEST
    high = time_key(wanted.created_before) if wanted.created_before else _LATEST
    if stretch.after:
        return (low, stretch.after[0]) if stretch.descending else (stretch.after[0], high)
    return low, high


def _merged(plain: Sequence[Walk], stretch: Stretch) -> Walk:
    """What the table's own indexes hold, and the few orders that they misplace: in both, positions sort by time."""
    odd = _slim(ORDERS_BY_ODD_TIME.name, ODD_KEY, stretch)
    return heapq.merge(*plain, odd, key=itemgetter(0), reverse=stretch.descending)


def _plainly_timed(index: str, key: tuple[str, Any], stretch: Stretch) -> Walk:
    """A GSI with whole rows. Its range key is text as the writers wrote it: orders of one second sort by their
    fractions only here, so bounds are whole seconds, and a page goes on within the second where the last one ended."""
    low, high = _slim_bounds(stretch)
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
