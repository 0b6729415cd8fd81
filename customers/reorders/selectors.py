"""Reads expected reorders: all of one customer (`customer_reorders`), and who is overdue (`overdue_list`).

A row as both give it: contactID, name, company, email, productCode, description, orders (that hold the product),
occasions (different business days of those), lastOrderDate (instant), medianGapDays, nextExpectedDate (business day),
state (one of rhythm.STATES) and daysOverdue, these two as of `now`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from customers.cache_row import metrics_from_row
from customers.lists.filter import found_by
from customers.metrics import segment
from customers.read_model import SEARCH_KIND
from customers.reorders.gap_classes import GAP_CLASSES, GapClass
from customers.reorders.read_model import customer_id, list_partition, product_partition
from customers.reorders.rhythm import OVERDUE, days_overdue, reorder_state
from customers.reorders.tables import Reorder
from customers.selectors import customer_rows, require_customer
from orders.keys import KEY_LENGTH
from orders.products.selectors import product_code_in_any_case, product_descriptions
from orders.rows import MAX_ID_BYTES
from packprod.dates import business_date
from packprod.dynamodb.reads import BATCH_SIZE, Item, Partition, query_all
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.search_index import few_subjects
from packprod.readmodels.lists.walk import Bounds, Position, SortedPartition, Walk, merged, walk_in_hand
from packprod.text import query_words

KEY = "byNextExpected"
by_key = itemgetter(KEY)
FEW_CUSTOMERS = 20  # as many lists of rows are read in one request
_BEHIND_DAY = "\x7f"  # sorts behind everything that starts with the same date
ReadCustomers = Callable[[Iterable[str]], dict[str, Item]]


def customer_reorders(*, contact_id: str, limit: int, position: Position | None, now: datetime) -> Page[dict[str, Any]]:
    """A page of a customer's products that come back, the next expected first.

    Empty for a customer without rhythm. Raises NotFound for an id that neither a contact has nor any order names.
    """
    rows = [(row[KEY], row) for row in reorder_rows(contact_id)]
    if not rows:
        require_customer(contact_id)
    start = position or Position()
    page = take_page(walk_in_hand(rows, Bounds(after=start.after, descending=False)), limit=limit, start=start)
    return Page(shown(page.items, customer_rows, today=business_date(now)), page.next_position, total=len(rows))


def reorder_rows(contact_id: str) -> Iterator[Item]:
    """A customer's rows as they lie in the table, by product."""
    if len(contact_id.encode()) > MAX_ID_BYTES:
        return iter(())
    return query_all(Partition(Reorder, hash=("customerID", customer_id(contact_id))))


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


class CustomersWanted:
    """The customers that a list of reorders is narrowed to, by search and segment. Their cache rows are read for that,
    and then serve for showing as well: each is read once.

    `search` as in the list of customers, `segment_name` as of today; both empty: everybody.
    """

    def __init__(self, *, search: str, segment_name: str, today: date) -> None:
        self._words = query_words(search)
        self._segment_name, self._today = segment_name, today
        self._rows: dict[str, Item] = {}

    def named(self) -> frozenset[str] | None:
        """The contactIDs, where a word of the search is rare enough for the index to tell; else None."""
        found = few_subjects(SEARCH_KIND, self._words) if self._words else None
        return None if found is None else self.among(found)

    def among(self, contact_ids: Iterable[str]) -> frozenset[str]:
        """Those of the contactIDs who are wanted."""
        ids = frozenset(contact_ids)
        if not (self._words or self._segment_name):
            return ids
        return frozenset(one for one, row in self.rows(ids).items() if self._keeps(row))

    def rows(self, contact_ids: Iterable[str]) -> dict[str, Item]:
        """The cache rows by contactID, without those that are not in the cache."""
        ids = set(contact_ids)
        missing = ids - self._rows.keys()
        self._rows |= {one: {} for one in missing} | customer_rows(missing)
        return {one: self._rows[one] for one in ids if self._rows[one]}

    def _keeps(self, row: Item) -> bool:
        is_in = self._segment_name in ("", segment(metrics_from_row(row), today=self._today))
        return is_in and found_by(row, self._words)


def overdue_list(
    wanted: OverdueFilter, *, limit: int, position: Position | None, now: datetime
) -> Page[dict[str, Any]]:
    """A page of entries whose expected date has passed, those expected earliest first unless `descending`.

    Read from the narrowest place that the filter names: the rows of one customer, or of the few whom a search finds; a
    product's index; else the index of all (docs/adr/0011, 0024).
    """
    today, start = business_date(now), position or Position()
    customers = CustomersWanted(search=wanted.search, segment_name=wanted.segment, today=today)
    if wanted.product_code:
        wanted = replace(wanted, product_code=product_code_in_any_case(wanted.product_code))
    named = customers.among([wanted.contact_id]) if wanted.contact_id else customers.named()
    if named is not None and len(named) <= FEW_CUSTOMERS:
        page = _page_of_customers(named, wanted, start, limit=limit, today=today)
    else:
        rows = _indexed(wanted, start, today=today, chunk=BATCH_SIZE if wanted.is_by_customer else max(10, limit // 2))
        page = take_page(_checked(rows, wanted, named, customers, today=today), limit=limit, start=start)
    return replace(page, items=shown(page.items, customers.rows, today=today))


def _page_of_customers(
    contact_ids: Iterable[str], wanted: OverdueFilter, start: Position, *, limit: int, today: date
) -> Page[Item]:
    """A page of the rows of few customers, whose number is therefore known."""
    rows = [(row[KEY], row) for one in contact_ids for row in reorder_rows(one) if wanted.keeps(row, today=today)]
    walk = walk_in_hand(rows, Bounds(after=start.after, descending=wanted.descending))
    return replace(take_page(walk, limit=limit, start=start), total=len(rows))


def _checked(
    rows: Walk[Item],
    wanted: OverdueFilter,
    named: frozenset[str] | None,
    customers: CustomersWanted,
    *,
    today: date,
) -> Walk[Item | None]:
    """The walk with None for what the filter does not keep; customers are read for many rows at a time."""
    while chunk := list(islice(rows, BATCH_SIZE if wanted.is_by_customer else 1)):
        kept = {key: row["contactID"] for key, row in chunk if wanted.keeps(row, today=today)}
        passing = customers.among(kept.values()) if named is None else named
        yield from ((key, row if kept.get(key) in passing else None) for key, row in chunk)


def _indexed(wanted: OverdueFilter, start: Position, *, today: date, chunk: int) -> Walk[Item]:
    """The index partitions of all classes of gaps, merged; each is read `chunk` rows at a time as they are used."""
    walks = (_class_walk(gaps, wanted, start, today=today, chunk=chunk) for gaps in GAP_CLASSES)
    return merged(walks, descending=wanted.descending)


def _class_walk(gaps: GapClass, wanted: OverdueFilter, start: Position, *, today: date, chunk: int) -> Walk[Item]:
    low, last = (day.isoformat() for day in gaps.expected_dates(wanted.state, today=today))
    bounds = Bounds(low, last + _BEHIND_DAY, after=start.after, descending=wanted.descending)
    index, key = "nextExpected-index", ("listPartition", list_partition(gaps))
    if code := wanted.product_code:
        index, key = "product-nextExpected-index", ("productPartition", product_partition(gaps, code[:KEY_LENGTH]))
    return SortedPartition(Reorder, key, KEY, index).walk(bounds, chunk=chunk)


def state_of(row: Item, *, today: date) -> str:
    """The state of a table's row on a business day."""
    expected = date.fromisoformat(row["nextExpectedDate"])
    return reorder_state(expected, median_gap_days=int(row["medianGapDays"]), today=today)


def shown(rows: Sequence[Item], read_customers: ReadCustomers, *, today: date) -> list[dict[str, Any]]:
    """Table rows as the lists give them."""
    customers = read_customers([row["contactID"] for row in rows])
    descriptions = product_descriptions([row["productCode"] for row in rows])
    return [
        _reorder(row, customers.get(row["contactID"], {}), descriptions.get(row["productCode"], ""), today=today)
        for row in rows
    ]


def _reorder(row: Item, customer: Item, description: str, *, today: date) -> dict[str, Any]:
    return {
        "contactID": row["contactID"],
        "name": customer.get("name", ""),
        "company": customer.get("company", ""),
        "email": customer.get("email", ""),
        "productCode": row["productCode"],
        "description": description,
        "orders": row["orders"],
        "occasions": row["occasions"],
        "lastOrderDate": row["lastOrderDate"],
        "medianGapDays": row["medianGapDays"],
        "nextExpectedDate": row["nextExpectedDate"],
        "state": state_of(row, today=today),
        "daysOverdue": days_overdue(date.fromisoformat(row["nextExpectedDate"]), today=today),
    }
