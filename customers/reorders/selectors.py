"""Reads expected reorders: all of one customer (`customer_reorders`). Who is overdue is in `overdue`.

A row as both give it: contactID, name, company, email, productCode, description, orders (that hold the product),
occasions (different business days of those), lastOrderDate (instant), medianGapDays, nextExpectedDate (business day),
state (one of rhythm.STATES) and daysOverdue, these two as of `now`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from customers.reorders.read_model import customer_id
from customers.reorders.rhythm import days_overdue, reorder_state
from customers.reorders.tables import Reorder
from customers.selectors import customer_rows, require_customer
from orders.products.selectors import product_descriptions
from orders.rows import MAX_ID_BYTES
from packprod.dates import business_date
from packprod.dynamodb.reads import Item, Partition, query_all
from packprod.readmodels.pages import Page, take_page

KEY = "byNextExpected"
by_key = itemgetter(KEY)
ReadCustomers = Callable[[Iterable[str]], dict[str, Item]]


def customer_reorders(*, contact_id: str, limit: int, position: str | None, now: datetime) -> Page[dict[str, Any]]:
    """A page of a customer's products that come back, the next expected first.

    Empty for a customer without rhythm. Raises NotFound for an id that neither a contact has nor any order names.
    """
    rows = sorted(reorder_rows(contact_id), key=by_key)
    if not rows:
        require_customer(contact_id)
    walk = ((row[KEY], row) for row in rows if position is None or row[KEY] > position)
    page = take_page(walk, limit=limit, first=position is None)
    return Page(shown(page.items, customer_rows, today=business_date(now)), page.next_position, total=len(rows))


def reorder_rows(contact_id: str) -> Iterator[Item]:
    """A customer's rows as they lie in the table, by product."""
    if len(contact_id.encode()) > MAX_ID_BYTES:
        return iter(())
    return query_all(Partition(Reorder, hash=("customerID", customer_id(contact_id))))


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
