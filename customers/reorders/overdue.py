"""Who is overdue to reorder (`overdue_list`), read from the narrowest place that the filter names: the rows of one
customer, or of the few whom a search finds; a product's index; else the index of all (docs/adr/0011, 0024)."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from customers.reorders.customers_wanted import CustomersWanted
from customers.reorders.gap_classes import GAP_CLASSES, GapClass
from customers.reorders.read_model import list_partition, product_partition
from customers.reorders.rhythm import OVERDUE
from customers.reorders.selectors import KEY, by_key, reorder_rows, shown, state_of
from customers.reorders.tables import Reorder
from orders.products.selectors import product_code_in_any_case
from orders.read_models import KEY_LENGTH
from packprod.dates import business_date
from packprod.dynamodb.reads import BATCH_SIZE, Item, Partition, Range, query_all
from packprod.readmodels.pages import Page, take_page

FEW_CUSTOMERS = 20  # as many lists of rows are read in one request
_AFTER = "\x7f"  # sorts behind everything that starts with the same date


@dataclass(frozen=True, slots=True)
class OverdueFilter:
    """Which entries: `state` overdue or lost, empty for both; `product_code` in any case; `search` and `segment` as in
    the list of customers; sorted by expected date."""

    state: str = OVERDUE
    contact_id: str = ""
    product_code: str = ""
    search: str = ""
    segment: str = ""
    descending: bool = False

    @property
    def is_by_customer(self) -> bool:
        """Whether customers have to be known to tell what it keeps."""
        return bool(self.search.strip() or self.segment)

    def keeps(self, row: Item, *, today: date) -> bool:
        """Whether a row passes on this day, whoever its customer is."""
        expected = date.fromisoformat(row["nextExpectedDate"])
        return (
            expected < today
            and self.product_code[:KEY_LENGTH] in ("", row["productCode"])
            and self.state in ("", state_of(row, today=today))
        )

    def is_behind(self, row: Item, position: str | None) -> bool:
        """Whether a row comes after the position."""
        if position is None:
            return True
        return bool(row[KEY] < position if self.descending else row[KEY] > position)


def overdue_list(wanted: OverdueFilter, *, limit: int, position: str | None, now: datetime) -> Page[dict[str, Any]]:
    """A page of entries whose expected date has passed, those expected earliest first unless `descending`."""
    today = business_date(now)
    customers = CustomersWanted(search=wanted.search, segment_name=wanted.segment, today=today)
    if wanted.product_code:
        wanted = replace(wanted, product_code=product_code_in_any_case(wanted.product_code))
    named = customers.among([wanted.contact_id]) if wanted.contact_id else customers.named()
    if named is not None and len(named) <= FEW_CUSTOMERS:
        page = _page_of(named, wanted, limit=limit, position=position, today=today)
    else:
        chunk = BATCH_SIZE if wanted.is_by_customer else max(10, limit // 2)
        rows = _behind(position, wanted, today=today, chunk=chunk)
        walk = _checked(rows, wanted, named, customers, today=today)
        page = take_page(walk, limit=limit, first=position is None)
    return replace(page, items=shown(page.items, customers.rows, today=today))


def _page_of(
    contact_ids: Iterable[str], wanted: OverdueFilter, *, limit: int, position: str | None, today: date
) -> Page[Item]:
    """A page of the rows of few customers, whose number is therefore known."""
    rows = [row for one in contact_ids for row in reorder_rows(one) if wanted.keeps(row, today=today)]
    in_order = sorted(rows, key=by_key, reverse=wanted.descending)
    walk = ((row[KEY], row) for row in in_order if wanted.is_behind(row, position))
    return replace(take_page(walk, limit=limit, first=position is None), total=len(rows))


def _checked(
    rows: Iterator[Item],
    wanted: OverdueFilter,
    named: frozenset[str] | None,
    customers: CustomersWanted,
    *,
    today: date,
) -> Iterator[tuple[str, Item | None]]:
    """The rows with their keys, None for what the filter does not keep; customers are read for many rows at a time."""
    while chunk := list(islice(rows, BATCH_SIZE if wanted.is_by_customer else 1)):
        kept = {row[KEY]: row["contactID"] for row in chunk if wanted.keeps(row, today=today)}
        passing = customers.among(kept.values()) if named is None else named
        yield from ((row[KEY], row if kept.get(row[KEY]) in passing else None) for row in chunk)


def _behind(position: str | None, wanted: OverdueFilter, *, today: date, chunk: int) -> Iterator[Item]:
    """The index partitions of all classes, merged; each is read `chunk` rows at a time as they are used."""
    partitions = [_partition(gaps, wanted, position, today=today) for gaps in GAP_CLASSES]
    streams: list[Iterable[Item]] = [query_all(one, page_size=chunk) for one in partitions]
    merged = heapq.merge(*streams, key=by_key, reverse=wanted.descending)
    return (row for row in merged if wanted.is_behind(row, position))


def _partition(gaps: GapClass, wanted: OverdueFilter, position: str | None, *, today: date) -> Partition:
    """What one class holds behind the position."""
    low, last = (day.isoformat() for day in gaps.expected_dates(wanted.state, today=today))
    high = last + _AFTER
    if position is not None:
        low, high = (low, min(high, position)) if wanted.descending else (max(low, position), high)
    index, key = "nextExpected-index", ("listPartition", list_partition(gaps))
    if code := wanted.product_code:
        index, key = "product-nextExpected-index", ("productPartition", product_partition(gaps, code[:KEY_LENGTH]))
    stretch = Range(KEY, "between", low, high)
    return Partition(Reorder, index=index, hash=key, range=stretch, descending=wanted.descending)
