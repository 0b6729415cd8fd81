"""Sorted lists of customers, read from the indexes of our own table of customers: a page costs what it returns.

A list is one index partition: that of a segment, or that of all customers. All have the same unique sort key, so a
page's position is the last key that it read, and writes between pages neither repeat nor lose a row that did not move.

The stored segment may be out of date (time moves without writes). A segment's list therefore drops rows that have left
it by today, and merges in the few rows that wait for their refresh and have joined it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.conf import settings

from customers.cache_row import SHOWN, SORT_KEYS, customer_id, is_readable, list_partition, metrics_from_row
from customers.lists.filter import CustomerFilter, found_by
from customers.metrics import SEGMENTS, segment
from customers.read_model import CUSTOMERS, SEARCH_KIND
from customers.selectors import computed_row, computed_rows, rows_to_refresh
from customers.tables import ListedCustomer
from orders.selectors import contact_order_ids
from packprod.dates import business_date
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import Item, Partition, batch_get, query_page
from packprod.readmodels.lists.moved_rows import without_moved
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.search_query import SearchQuery, search_query
from packprod.readmodels.lists.searching import SearchedList, search_pace
from packprod.readmodels.lists.walk import (
    Bounds,
    Pace,
    Position,
    SortedPartition,
    Walk,
    each_once,
    merged,
    walk_in_hand,
)
from packprod.readmodels.rebuild.definitions import is_built, require_version
from packprod.readmodels.registry import bucket_id

LISTED_SINCE = 5  # the version of CUSTOMERS that first wrote the table of customers
ALL = "all-"  # before the name of the index that holds all customers in one partition
SORTS = {
    "totalSpend": ("totalSpend-index", "byTotalSpend"),
    "orderCount": ("orderCount-index", "byOrderCount"),
    "lastOrderDate": ("lastOrderDate-index", "byLastOrderDate"),
    "name": ("name-index", "byName"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of customers. `segment_name` is empty for all; `sort` is a key of SORTS. Its rows have the key that they
    are sorted by, and with `every_key` those of the other sorts."""

    segment_name: str = ""
    sort: str = "totalSpend"
    descending: bool = True
    filter: CustomerFilter = field(default_factory=CustomerFilter)
    every_key: bool = field(default=False, repr=False)  # no cursor depends on it

    @property
    def key(self) -> str:
        """The attribute that the list is sorted by."""
        return SORTS[self.sort][1]

    @property
    def attributes(self) -> tuple[str, ...]:
        """What is read of a row."""
        return (*SHOWN, "joinedWords", *(SORT_KEYS if self.every_key else (self.key,)))

    def keeps(self, row: Item, *, today: date) -> bool:
        """Whether a readable row passes the filter by figures."""
        return self.filter.is_open or self.filter.keeps(metrics_from_row(row), today=today)

    def is_in_segment(self, row: Item, *, today: date) -> bool:
        """Whether a row is in the list's segment today; a damaged one may be, until it is computed from the orders."""
        if not self.segment_name or not is_readable(row):
            return True
        return segment(metrics_from_row(row), today=today) == self.segment_name


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of customers' rows, and whether they were stored (else they were computed from the orders).

    `damaged` are the contacts whose stored rows cannot be read. The page has computed rows instead, and the caller may
    have the stored ones mended (`customers.services`).
    """

    page: Page[Item]
    from_cache: bool
    damaged: tuple[str, ...] = ()


def customer_list(
    listing: Listing, *, search: str, limit: int, position: Position | None, now: datetime
) -> CustomerPage:
    """A page of customers. Without that table it is computed from all orders, slowly."""
    query, start = search_query(search), position or Position(began=now)
    try:
        require_version(CUSTOMERS, since=LISTED_SINCE)
        return _from_cache(listing, query, start, limit=limit, now=now)
    except TableMissing:
        page = _page_in_hand(computed_rows(now=now), listing, query, start, limit=limit, now=now)
        return CustomerPage(page, from_cache=False)


def _from_cache(listing: Listing, query: SearchQuery, start: Position, *, limit: int, now: datetime) -> CustomerPage:
    rows, today = _Rows(now), business_date(now)

    def fetch(contact_ids: Iterable[str]) -> Iterator[tuple[str, Item]]:
        keys = [(customer_id(contact_id),) for contact_id in contact_ids]
        for stored in batch_get(ListedCustomer, keys, attributes=listing.attributes):
            row = rows.whole(stored)
            if row is not None and listing.is_in_segment(row, today=today):
                yield row[listing.key], row

    pace = search_pace(limit, drops=not (query.is_blank and listing.filter.is_open))
    walk = _walk(listing, start, today=today, pace=pace)
    searched = SearchedList(
        kind=SEARCH_KIND if not query.is_blank and is_built(CUSTOMERS) else None,
        query=query,
        pace=pace,
        walk=((key, rows.whole(row)) for key, row in walk),
        fetch=fetch,
        keep=lambda row: found_by(row, query) and listing.keeps(row, today=today),
    )
    page = searched.page(start, limit=limit, descending=listing.descending)
    kept = without_moved(page.items, start, sort=listing.key, descending=listing.descending, state_id=_state_id)
    return CustomerPage(replace(page, items=kept), from_cache=True, damaged=tuple(dict.fromkeys(rows.damaged)))


class _Rows:
    """The rows that a page looks at, and which of them are damaged."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.damaged: list[str] = []

    def whole(self, row: Item) -> Item | None:
        """The row; instead of a damaged one, one computed from the orders, or None if no order counts."""
        if is_readable(row):
            return row
        contact_id = row["contactID"]
        self.damaged.append(contact_id)
        return computed_row(contact_id, contact_order_ids(contact_id), now=self.now)


def _state_id(row: Item) -> str:
    return bucket_id(CUSTOMERS.name, row["contactID"])


def _walk(listing: Listing, start: Position, *, today: date, pace: Pace) -> Walk[Item]:
    """The list's rows behind a position.

    A customer who changes segment between two reads of a page is found in both partitions, but yielded once.
    """
    low, high = listing.filter.key_bounds(listing.sort, today=today)
    bounds = Bounds(low, high, after=start.after, descending=listing.descending)
    walks = [one.walk(bounds, chunk=pace) for one in _partitions(listing)]
    if listing.segment_name:
        walks.append(walk_in_hand(_from_other_segments(listing, today=today), bounds))
    if len(walks) == 1:
        return walks[0]
    walk = each_once(merged(walks, descending=listing.descending), identity=lambda key, row: str(row["contactID"]))
    return ((key, row) for key, row in walk if listing.is_in_segment(row, today=today))


def _partitions(listing: Listing) -> list[SortedPartition]:
    """The partition that the list lies in; those of all segments until the indexes of all customers are there."""
    index, key = SORTS[listing.sort]
    attributes = listing.attributes
    if not listing.segment_name and _is_there(ALL + index):
        ours = ("clientID", settings.PACKPROD_CLIENT_ID)
        return [SortedPartition(ListedCustomer, ours, key, ALL + index, attributes)]
    names = [listing.segment_name] if listing.segment_name else SEGMENTS
    return [
        SortedPartition(ListedCustomer, ("listPartition", list_partition(name)), key, index, attributes)
        for name in names
    ]


_known_indexes: set[str] = set()


def _is_there(index: str) -> bool:
    """Whether an index can be read: an upgraded table gets it from `provision_tables`, and Amazon fills it for a while.
    Once it can, the process remembers that."""
    if index not in _known_indexes:
        try:
            query_page(Partition(ListedCustomer, ("clientID", settings.PACKPROD_CLIENT_ID), index), limit=1)
        except TableMissing:
            return False
        _known_indexes.add(index)
    return True


def _from_other_segments(listing: Listing, *, today: date) -> list[tuple[str, Item]]:
    """Rows that are due for a refresh and stored under another segment than the listed one."""
    return [
        (row[listing.key], row)
        for row in rows_to_refresh(today)
        if row.get("segment") != listing.segment_name and is_readable(row)
    ]


def _page_in_hand(
    rows: Iterable[Item], listing: Listing, query: SearchQuery, start: Position, *, limit: int, now: datetime
) -> Page[Item]:
    """A page of rows that are all in memory, so their number is known."""
    today = business_date(now)
    kept = [
        (row[listing.key], row)
        for row in rows
        if found_by(row, query) and listing.is_in_segment(row, today=today) and listing.keeps(row, today=today)
    ]
    walk = walk_in_hand(kept, Bounds(after=start.after, descending=listing.descending))
    return replace(take_page(walk, limit=limit, start=start), total=len(kept))
