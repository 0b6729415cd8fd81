"""Reads expected reorders: who is overdue (`overdue_list`), and all of one customer (`customer_reorders`).

A row as both give it: contactID, name, company, email, productCode, description, orders (that hold the product),
occasions (different business days of those), lastOrderDate (instant), medianGapDays, nextExpectedDate (business day),
state (one of rhythm.STATES) and daysOverdue, these two as of `now`.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from customers.reorders.gap_classes import GAP_CLASSES, GapClass
from customers.reorders.read_model import customer_id, list_partition, product_partition
from customers.reorders.rhythm import OVERDUE, days_overdue, reorder_state
from customers.reorders.tables import Reorder
from customers.selectors import customer_rows, require_customer
from orders.products.selectors import product_descriptions
from orders.read_models import KEY_LENGTH
from orders.rows import MAX_ID_BYTES
from packprod.dates import business_date
from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.readmodels.pages import Page, take_page

KEY = "byNextExpected"
_AFTER = "\x7f"  # sorts behind everything that starts with the same date
_by_key = itemgetter(KEY)


@dataclass(frozen=True, slots=True)
class OverdueFilter:
    """Which entries: `state` overdue or lost, empty for both; sorted by expected date."""

    state: str = OVERDUE
    contact_id: str = ""
    product_code: str = ""
    descending: bool = False

    def keeps(self, row: Item, *, today: date) -> bool:
        """Whether a row passes every part of the filter on this day."""
        expected = date.fromisoformat(row["nextExpectedDate"])
        return (
            expected < today
            and self.product_code[:KEY_LENGTH] in ("", row["productCode"])
            and self.state in ("", _state(row, today=today))
        )


def overdue_list(wanted: OverdueFilter, *, limit: int, position: str | None, now: datetime) -> Page[dict[str, Any]]:
    """A page of entries whose expected date has passed, those expected earliest first unless `descending`."""
    today = business_date(now)
    rows = (
        _of_customer(wanted) if wanted.contact_id else _of_all(wanted, position, today=today, chunk=max(10, limit // 2))
    )
    walk = ((row[KEY], row) for row in rows if position is None or _behind(row[KEY], position, wanted))
    page = take_page(walk, keep=lambda row: wanted.keeps(row, today=today), limit=limit, first=position is None)
    return Page(_shown(page.items, today=today), page.next_position, page.total)


def customer_reorders(*, contact_id: str, limit: int, position: str | None, now: datetime) -> Page[dict[str, Any]]:
    """A page of a customer's products that come back, the next expected first.

    Empty for a customer without rhythm. Raises NotFound for an id that neither a contact has nor any order names.
    """
    rows = sorted(_customer_rows(contact_id), key=_by_key)
    if not rows:
        require_customer(contact_id)
    walk = ((row[KEY], row) for row in rows if position is None or row[KEY] > position)
    page = take_page(walk, limit=limit, first=position is None)
    return Page(_shown(page.items, today=business_date(now)), page.next_position, total=len(rows))


def _customer_rows(contact_id: str) -> Iterator[Item]:
    if len(contact_id.encode()) > MAX_ID_BYTES:
        return iter(())
    return query_all(Partition(Reorder, hash=("customerID", customer_id(contact_id))))


def _of_customer(wanted: OverdueFilter) -> list[Item]:
    return sorted(_customer_rows(wanted.contact_id), key=_by_key, reverse=wanted.descending)


def _of_all(wanted: OverdueFilter, position: str | None, *, today: date, chunk: int) -> Iterator[Item]:
    """The index partitions of all classes, merged; each is read `chunk` rows at a time as they are used."""
    partitions = [_partition(gaps, wanted, position, today=today) for gaps in GAP_CLASSES]
    streams: list[Iterable[Item]] = [query_all(one, page_size=chunk) for one in partitions if one]
    return heapq.merge(*streams, key=_by_key, reverse=wanted.descending)


def _partition(gaps: GapClass, wanted: OverdueFilter, position: str | None, *, today: date) -> Partition | None:
    """What one class holds behind the position; None where that is nothing."""
    first, last = (day.isoformat() for day in gaps.expected_dates(wanted.state, today=today))
    low, high = first, last + _AFTER
    if position is not None:
        low, high = (low, min(high, position)) if wanted.descending else (max(low, position), high)
    if low > high:
        return None
    index, key = "nextExpected-index", ("listPartition", list_partition(gaps))
    if code := wanted.product_code:
        index, key = "product-nextExpected-index", ("productPartition", product_partition(gaps, code[:KEY_LENGTH]))
    stretch = Range(KEY, "between", low, high)
    return Partition(Reorder, index=index, hash=key, range=stretch, descending=wanted.descending)


def _behind(key: str, position: str, wanted: OverdueFilter) -> bool:
    return key < position if wanted.descending else key > position


def _state(row: Item, *, today: date) -> str:
    expected = date.fromisoformat(row["nextExpectedDate"])
    return reorder_state(expected, median_gap_days=int(row["medianGapDays"]), today=today)


def _shown(rows: Sequence[Item], *, today: date) -> list[dict[str, Any]]:
    customers = customer_rows([row["contactID"] for row in rows])
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
        "state": _state(row, today=today),
        "daysOverdue": days_overdue(date.fromisoformat(row["nextExpectedDate"]), today=today),
    }
