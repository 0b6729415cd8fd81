"""Reads expected reorders: all of one customer (`customer_reorders`), and those overdue (`overdue_list`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from typing import TypedDict

from django.conf import settings

from customers.cache_row import customer_id as listed_id
from customers.cache_row import is_readable, metrics_from_row
from customers.lists.filter import customer_candidates, found_by
from customers.metrics import segment
from customers.reorders.read_model import BY_STATE_SINCE, REORDERS, customer_id, list_partition, product_partition
from customers.reorders.rhythm import LOST, OVERDUE, days_overdue, reorder_state
from customers.reorders.tables import Reorder
from customers.selectors import customer_rows, require_customer
from customers.tables import ListedCustomer
from orders.contact_aliases import effective_contact
from orders.keys import KEY_LENGTH
from orders.products.read_model import product_id
from orders.products.selectors import product_code_in_any_case
from orders.products.tables import Product
from orders.rows import MAX_ID_BYTES
from packprod.dates import DAY, business_date
from packprod.dynamodb.reads import BATCH_SIZE, Item, Partition, Range, batch_get_tables, query_all
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.search_query import search_query
from packprod.readmodels.lists.walk import Bounds, Position, SortedPartition, Walk, each_once, merged, walk_in_hand
from packprod.readmodels.rebuild.definitions import require_version
from packprod.text import normal_text

KEY = "byNextExpected"
by_key = itemgetter(KEY)
FEW_CUSTOMERS = 20  # as many lists of rows are read in one request
_BEHIND_DAY = "\x7f"  # sorts behind everything that starts with the same date


class ExpectedReorder(TypedDict):
    """An entry of both lists: a customer, a product, and when the next order is expected."""

    contactID: str
    name: str
    company: str
    email: str
    productCode: str
    description: str
    orders: int  # that hold the product
    occasions: int  # different business days of these
    lastOrderDate: str  # an instant
    medianGapDays: int
    nextExpectedDate: str  # a business day
    state: str  # one of rhythm.STATES on the day of the reading, as is the next
    daysOverdue: int


def customer_reorders(
    *, contact_id: str, limit: int, position: Position | None, now: datetime
) -> Page[ExpectedReorder]:
    """A page of the products that a customer orders again and again, the next expected first.

    Empty for a customer without any. Raises NotFound for an id that neither a contact has nor any order names.
    """
    contact_id = effective_contact(contact_id)
    rows = [(row[KEY], row) for row in reorder_rows(contact_id)]
    if not rows:
        require_customer(contact_id)
    start = position or Position()
    page = take_page(walk_in_hand(rows, Bounds(after=start.after, descending=False)), limit=limit, start=start)
    return Page(expected_reorders(page.items, {}, today=business_date(now)), page.next_position, total=len(rows))


def reorder_rows(contact_id: str) -> Iterator[Item]:
    """A customer's rows of the table, by product."""
    if len(contact_id.encode()) > MAX_ID_BYTES:
        return iter(())
    return query_all(Partition(Reorder, hash=("customerID", customer_id(contact_id))))


@dataclass(frozen=True, slots=True)
class OverdueFilter:
    """Which overdue entries a list has: `state` overdue or lost, empty for both; `product_code` in any case; `search`
    and `segment` as in the list of customers. Sorted by expected date."""

    state: str = OVERDUE
    contact_id: str = ""
    product_code: str = ""
    search: str = ""
    segment: str = ""
    descending: bool = False

    @property
    def is_by_customer(self) -> bool:
        """Whether it needs the customers' cache rows."""
        return bool(normal_text(self.search) or self.segment)

    def keeps(self, row: Item, *, today: date) -> bool:
        """Whether a row passes on this day, as far as the row itself can tell."""
        expected = date.fromisoformat(row["nextExpectedDate"])
        return (
            expected < today
            and self.product_code[:KEY_LENGTH] in ("", row["productCode"])
            and self.state in ("", state_of(row, today=today))
        )


class CustomerLookup:
    """Filters customers by search and segment, and keeps the cache rows that it read, so that each is read once.

    `search` is that of the list of customers, `segment_name` the segment as of today; empty: no filter.
    """

    def __init__(self, *, search: str, segment_name: str, today: date) -> None:
        self._query = search_query(search)
        self._segment_name, self._today = segment_name, today
        self._rows: dict[str, Item] = {}

    def named(self) -> frozenset[str] | None:
        """The contactIDs, if a word of the search is rare enough for the index; else None."""
        found = customer_candidates(self._query)
        return None if found is None else self.among(found)

    def among(self, contact_ids: Iterable[str]) -> frozenset[str]:
        """Those of the contactIDs that pass the filter."""
        ids = frozenset(contact_ids)
        if self._query.is_blank and not self._segment_name:
            return ids
        return frozenset(one for one, row in self.rows(ids).items() if self._keeps(row))

    @property
    def known(self) -> Mapping[str, Item]:
        """The cache rows that have been read, by contactID; an empty one for a customer without one."""
        return self._rows

    def rows(self, contact_ids: Iterable[str]) -> dict[str, Item]:
        """The cache rows by contactID; customers without one are left out."""
        ids = set(contact_ids)
        missing = ids - self._rows.keys()
        self._rows |= {one: {} for one in missing} | customer_rows(missing)
        return {one: self._rows[one] for one in ids if self._rows[one]}

    def _keeps(self, row: Item) -> bool:
        is_in = self._segment_name in ("", segment(metrics_from_row(row), today=self._today))
        return is_in and found_by(row, self._query)


def overdue_list(
    filter: OverdueFilter, *, limit: int, position: Position | None, now: datetime
) -> Page[ExpectedReorder]:
    """A page of entries whose expected date has passed, those expected earliest first unless `descending`.

    Read from the narrowest place that the filter names: the rows of one customer, or of the few whom a search finds; a
    product's index; else the index of all (docs/adr/0011, 0024).
    """
    today, start = business_date(now), position or Position()
    customers = CustomerLookup(search=filter.search, segment_name=filter.segment, today=today)
    if filter.product_code:
        filter = replace(filter, product_code=product_code_in_any_case(filter.product_code))
    named = customers.among([effective_contact(filter.contact_id)]) if filter.contact_id else customers.named()
    if named is not None and len(named) <= FEW_CUSTOMERS:
        found = _page_of_customers(named, filter, start, limit=limit, today=today)
    else:
        require_version(REORDERS, since=BY_STATE_SINCE)
        rows = _indexed(filter, start, today=today, chunk=BATCH_SIZE if filter.is_by_customer else limit + 1)
        found = take_page(_checked(rows, filter, named, customers, today=today), limit=limit, start=start)
    entries = expected_reorders(found.items, customers.known, today=today)
    return Page(entries, found.next_position, found.total, found.ended_early)


def _page_of_customers(
    contact_ids: Iterable[str], filter: OverdueFilter, start: Position, *, limit: int, today: date
) -> Page[Item]:
    """A page of the rows of a few customers. All are read, so their number is known."""
    rows = [(row[KEY], row) for one in contact_ids for row in reorder_rows(one) if filter.keeps(row, today=today)]
    walk = walk_in_hand(rows, Bounds(after=start.after, descending=filter.descending))
    return replace(take_page(walk, limit=limit, start=start), total=len(rows))


def _checked(
    rows: Walk[Item],
    filter: OverdueFilter,
    named: frozenset[str] | None,
    customers: CustomerLookup,
    *,
    today: date,
) -> Walk[Item | None]:
    """The walk, with None in place of rows that the filter drops; customers are read for many rows at a time."""
    while chunk := list(islice(rows, BATCH_SIZE if filter.is_by_customer else 1)):
        kept = {key: row["contactID"] for key, row in chunk if filter.keeps(row, today=today)}
        passing = customers.among(kept.values()) if named is None else named
        yield from ((key, row if kept.get(key) in passing else None) for key, row in chunk)


def _indexed(filter: OverdueFilter, start: Position, *, today: date, chunk: int) -> Walk[Item]:
    """The index partitions that hold entries of this state, merged; rows are read on demand, `chunk` at a time.

    An entry that time has made lost, and no sweep has moved yet, is still among those that are not.
    """
    bounds = Bounds(None, (today - DAY).isoformat() + _BEHIND_DAY, after=start.after, descending=filter.descending)
    walks = [_partition(filter, is_lost=one).walk(bounds, chunk=chunk) for one in _PARTITIONS[filter.state]]
    if filter.state == LOST:
        walks.append(walk_in_hand(((row[KEY], row) for row in rows_lost_unmoved(today)), bounds))
    walk = merged(walks, descending=filter.descending)
    return each_once(walk, identity=lambda key, row: key) if len(walks) > 1 else walk


_PARTITIONS = {OVERDUE: (False,), LOST: (True,), "": (False, True)}


def _partition(filter: OverdueFilter, *, is_lost: bool) -> SortedPartition:
    index, key = "nextExpected-index", ("listPartition", list_partition(is_lost=is_lost))
    if code := filter.product_code[:KEY_LENGTH]:
        index, key = "product-nextExpected-index", ("productPartition", product_partition(code, is_lost=is_lost))
    return SortedPartition(Reorder, key, KEY, index)


def rows_lost_unmoved(today: date) -> Iterator[Item]:
    """The rows that are lost by now and that no sweep has moved yet; normally none."""
    partition = Partition(
        Reorder,
        index="lostOn-index",
        hash=("clientID", settings.PACKPROD_CLIENT_ID),
        range=Range("lostOn", "<=", today.isoformat()),
    )
    return query_all(partition)


def state_of(row: Item, *, today: date) -> str:
    """The state of a row of the table on a business day."""
    expected = date.fromisoformat(row["nextExpectedDate"])
    return reorder_state(expected, median_gap_days=int(row["medianGapDays"]), today=today)


def expected_reorders(rows: Sequence[Item], known: Mapping[str, Item], *, today: date) -> list[ExpectedReorder]:
    """The entries for rows of the table, with the names of customers and products. `known` are customers that have been
    read already, by contactID: an empty row for one who has none."""
    found = batch_get_tables(
        {
            ListedCustomer: [(listed_id(row["contactID"]),) for row in rows if row["contactID"] not in known],
            Product: [(product_id(row["productCode"]),) for row in rows],
        }
    )
    customers = {**known, **{row["contactID"]: row for row in found[ListedCustomer] if is_readable(row)}}
    descriptions = {row["productCode"]: row["description"] for row in found[Product]}
    return [
        _reorder(row, customers.get(row["contactID"], {}), descriptions.get(row["productCode"], ""), today=today)
        for row in rows
    ]


def _reorder(row: Item, customer: Item, description: str, *, today: date) -> ExpectedReorder:
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
