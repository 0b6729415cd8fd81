"""Sorted lists of customers, read from the indexes of our own table of customers: a page costs what it returns.

The segments are the shards: a list of all customers merges four index partitions, a list of one segment reads one.
All partitions have the same unique sort key, so a page's position is the last key that it read, and writes between
pages neither repeat nor lose a row that did not move.

The stored segment may be out of date (time moves without writes). A segment's list therefore drops rows that have left
it by today, and merges in the few rows that wait for their refresh and have joined it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from customers.cache_row import customer_id, is_readable, list_partition, metrics_from_row
from customers.lists.filter import CustomerFilter, customer_candidates, found_by
from customers.metrics import SEGMENTS, segment
from customers.read_model import CUSTOMERS
from customers.selectors import computed_row, computed_rows, rows_to_refresh
from customers.tables import ListedCustomer
from orders.selectors import contact_order_ids
from packprod.dates import business_date
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import Item, batch_get
from packprod.readmodels.lists.moved_rows import without_moved
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.search_query import SearchQuery, search_query
from packprod.readmodels.lists.walk import Bounds, Position, SortedPartition, Walk, each_once, merged, walk_in_hand
from packprod.readmodels.rebuild.definitions import require_version
from packprod.readmodels.registry import bucket_id

LISTED_SINCE = 5  # the version of CUSTOMERS that first wrote the table of customers
SORTS = {
    "totalSpend": ("totalSpend-index", "byTotalSpend"),
    "orderCount": ("orderCount-index", "byOrderCount"),
    "lastOrderDate": ("lastOrderDate-index", "byLastOrderDate"),
    "name": ("name-index", "byName"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of customers. `segment_name` is empty for all; `sort` is a key of SORTS."""

    segment_name: str = ""
    sort: str = "totalSpend"
    descending: bool = True
    filter: CustomerFilter = field(default_factory=CustomerFilter)

    @property
    def key(self) -> str:
        """The attribute that the list is sorted by."""
        return SORTS[self.sort][1]

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
    rows = _Rows(now)
    found = customer_candidates(query)
    if found is None:
        page = _walked_page(listing, query, start, rows, limit=limit)
    else:
        stored = batch_get(ListedCustomer, [(customer_id(contact_id),) for contact_id in found])
        whole = [row for one in stored if (row := rows.whole(one))]
        page = _page_in_hand(whole, listing, query, start, limit=limit, now=now)
    kept = without_moved(page.items, start, sort=listing.key, descending=listing.descending, state_id=_state_id)
    return CustomerPage(replace(page, items=kept), from_cache=True, damaged=tuple(rows.damaged))


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


def _walked_page(listing: Listing, query: SearchQuery, start: Position, rows: _Rows, *, limit: int) -> Page[Item]:
    today = business_date(rows.now)
    chunk = limit + 1 if listing.segment_name else max(10, limit // 2)
    walk = _walk(listing, start, today=today, chunk=chunk)
    return take_page(
        ((key, rows.whole(row)) for key, row in walk),
        keep=lambda row: found_by(row, query) and listing.keeps(row, today=today),
        limit=limit,
        start=start,
    )


def _walk(listing: Listing, start: Position, *, today: date, chunk: int) -> Walk[Item]:
    """The list's rows behind a position, read `chunk` at a time from each partition.

    A customer who changes segment between two reads of a page is found in both partitions, but yielded once.
    """
    low, high = listing.filter.key_bounds(listing.sort, today=today)
    bounds = Bounds(low, high, after=start.after, descending=listing.descending)
    names = [listing.segment_name] if listing.segment_name else SEGMENTS
    walks = [_partition(listing, name).walk(bounds, chunk=chunk) for name in names]
    if listing.segment_name:
        walks.append(walk_in_hand(_from_other_segments(listing, today=today), bounds))
    walk = each_once(merged(walks, descending=listing.descending), identity=lambda key, row: str(row["contactID"]))
    return ((key, row) for key, row in walk if listing.is_in_segment(row, today=today))


def _partition(listing: Listing, segment_name: str) -> SortedPartition:
    index, key = SORTS[listing.sort]
    return SortedPartition(ListedCustomer, ("listPartition", list_partition(segment_name)), key, index)


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
