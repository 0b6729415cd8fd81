"""Sorted lists of customers straight from the cache's indexes: a page costs what it returns.

The segments are the shards: a list over all customers merges four index partitions by a heap, a list of one
segment reads one. All partitions sort by the same unique text, so the position of a page is simply the last text
it looked at, and writes between pages neither repeat nor lose a row that did not move.

The stored segment may be overdue (time moves without writes). A segment's list therefore drops rows that have
left it by today, and merges in the few overdue rows that have joined it.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter

from django.conf import settings

from customers.cache_row import is_readable, list_partition, metrics_from_row
from customers.customer_filter import CustomerFilter
from customers.metrics import SEGMENTS, segment
from customers.tables import CustomerMetrics
from packprod.dates import business_date
from packprod.dynamodb.reads import Item, Partition, Range, query_all

SORTS = {
    "totalSpend": ("totalSpend-index", "byTotalSpend"),
    "orderCount": ("orderCount-index", "byOrderCount"),
    "lastOrderDate": ("lastOrderDate-index", "byLastOrderDate"),
    "name": ("name-index", "byName"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Which list: `segment_name` empty for all, `sort` a key of SORTS."""

    segment_name: str = ""
    sort: str = "totalSpend"
    descending: bool = True
    narrowed: CustomerFilter = field(default_factory=CustomerFilter)

    @property
    def key(self) -> str:
        """The attribute that the list is sorted by."""
        return SORTS[self.sort][1]

    def keeps(self, row: Item, *, today: date) -> bool:
        """Whether a readable row passes the filter by figures."""
        return self.narrowed.is_open or self.narrowed.keeps(metrics_from_row(row), today=today)

    def stretch(self, after: str | None, *, today: date) -> tuple[str, str]:
        """Between which keys the rest of the list lies; the key of the last row looked at is one of them."""
        low, high = self.narrowed.key_bounds(self.sort, today=today)
        if after is None:
            return low, high
        return (low, min(high, after)) if self.descending else (max(low, after), high)


def walk(listing: Listing, *, after: str | None, now: datetime, chunk: int) -> Iterator[Item]:
    """The list's rows in order behind a position, read `chunk` at a time from each partition as they are used."""
    today = business_date(now)
    names = [listing.segment_name] if listing.segment_name else list(SEGMENTS)
    low, high = listing.stretch(after, today=today)
    partitions = (_partition(listing, name, low, high) for name in names)
    streams: list[Iterable[Item]] = [_behind_all(query_all(one, page_size=chunk), listing, after) for one in partitions]
    if listing.segment_name:
        streams.append(_joined(listing, after=after, today=today))
    merged = heapq.merge(*streams, key=itemgetter(listing.key), reverse=listing.descending)
    if not listing.segment_name:
        return _once(merged)
    return (row for row in _once(merged) if _is_in(listing.segment_name, row, today=today))


def _is_in(segment_name: str, row: Item, *, today: date) -> bool:
    """Whether a row belongs into a segment's list; a damaged one does until it is read again from the orders."""
    return not is_readable(row) or segment(metrics_from_row(row), today=today) == segment_name


def _once(rows: Iterable[Item]) -> Iterator[Item]:
    """Each customer once: whoever changes segment between two reads of one page is found in both partitions."""
    seen: set[str] = set()
    for row in rows:
        if row["contactID"] not in seen:
            seen.add(row["contactID"])
            yield row


def in_order(rows: Iterable[Item], listing: Listing, *, after: str | None, now: datetime) -> list[Item]:
    """Rows already in hand, filtered, sorted and cut to what lies behind the position."""
    today = business_date(now)
    kept = [
        row
        for row in rows
        if listing.segment_name in ("", segment(metrics_from_row(row), today=today))
        and listing.keeps(row, today=today)
        and (after is None or _behind(row[listing.key], after, listing))
    ]
    return sorted(kept, key=itemgetter(listing.key), reverse=listing.descending)


def overdue_rows(today: date) -> Iterator[Item]:
    """The rows that time has changed and no sweep has refreshed yet; normally none."""
    partition = Partition(
        CustomerMetrics,
        index="refreshOn-index",
        hash=("clientID", settings.PACKPROD_CLIENT_ID),
        range=Range("refreshOn", "<=", today.isoformat()),
    )
    return query_all(partition)


def _joined(listing: Listing, *, after: str | None, today: date) -> list[Item]:
    """Overdue rows that are stored under another segment than the one listed; `walk` keeps those that joined it."""
    elsewhere = [row for row in overdue_rows(today) if row.get("segment") != listing.segment_name and is_readable(row)]
    behind = [row for row in elsewhere if after is None or _behind(row[listing.key], after, listing)]
    return sorted(behind, key=itemgetter(listing.key), reverse=listing.descending)


def _behind(key: str, after: str, listing: Listing) -> bool:
    return key < after if listing.descending else key > after


def _behind_all(rows: Iterable[Item], listing: Listing, after: str | None) -> Iterator[Item]:
    return (row for row in rows if row[listing.key] != after)


def _partition(listing: Listing, segment_name: str, low: str, high: str) -> Partition:
    index, key = SORTS[listing.sort]
    return Partition(
        CustomerMetrics,
        index=index,
        hash=("listPartition", list_partition(segment_name)),
        range=Range(key, "between", low, high),
        descending=listing.descending,
    )
