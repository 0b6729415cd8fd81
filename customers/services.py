"""Derives customers' rows afresh from their orders and stores them.

What is missing or damaged is computed when it is read. Rows that time alone changes are refreshed by a sweep: when
their segment changes, or before their ttl arrives, so that a customer who no longer orders stays listed as Dormant.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from customers.read_model import CUSTOMERS
from customers.selectors import (
    cached_row,
    computed_row,
    contact_order_differences,
    contact_summary_differences,
    require_rebuildable,
    rows_to_refresh,
)
from orders.contact_aliases import effective_contact
from orders.selectors import contact_order_ids
from packprod.dates import business_date
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import Item
from packprod.errors import NotFound
from packprod.readmodels.projection import project as project_orders
from packprod.readmodels.rebuild.healing import heal_buckets, heal_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import summarise_upward


def customer_row(contact_id: str, *, now: datetime) -> tuple[Item, bool]:
    """A customer's cache row, and whether it was stored. A missing or damaged one is computed and stored.

    For a contact that was merged it is the row of the one that is left. Raises NotFound for a contact without orders
    that count.
    """
    contact_id = effective_contact(contact_id)
    row = cached_row(contact_id)
    if row is not None:
        return row, True
    return customer_row_compute(contact_id=contact_id, now=now), False


def customer_row_compute(*, contact_id: str, now: datetime) -> Item:
    """Derives a customer's row and stores it; without a cache table, the row is only returned.

    Raises NotFound for a contact without orders that count.
    """
    order_ids = contact_order_ids(contact_id)
    row = _computed_and_stored(contact_id, order_ids, now=now) if order_ids else None
    if row is None:
        raise NotFound(f"There is no customer {contact_id[:100]} with orders that count.")
    return row


def customer_rows_mend(*, contact_ids: Iterable[str], now: datetime) -> None:
    """Derives damaged rows afresh and stores them."""
    for contact_id in contact_ids:
        _computed_and_stored(contact_id, contact_order_ids(contact_id), now=now)


def _computed_and_stored(contact_id: str, order_ids: Sequence[str], *, now: datetime) -> Item | None:
    try:
        project_orders(order_ids, now=now, force=True)
        summarise_upward([bucket_id(CUSTOMERS.name, contact_id)], now=now, force=True)
        stored = cached_row(contact_id)
    except TableMissing:
        stored = None
    return stored or computed_row(contact_id, order_ids, now=now)


def customer_rows_refresh(*, now: datetime) -> int:
    """Refreshes the rows whose segment changes today or that would expire soon; returns how many."""
    due = [row["contactID"] for row in rows_to_refresh(business_date(now))]
    summarise_upward([bucket_id(CUSTOMERS.name, contact_id) for contact_id in due], now=now, force=True)
    return len(due)


def contact_rebuild(*, contact_id: str, now: datetime) -> int:
    """Mends what differs from the orders in a contact's read models; returns how many rows did. Raises NotFound."""
    contact_id = effective_contact(contact_id)
    require_rebuildable(contact_id)
    orders = contact_order_differences(contact_id)
    touched = heal_orders(orders, now=now)
    summary = contact_summary_differences(contact_id)
    heal_buckets({*touched, *(one.subject for one in summary)}, now=now)
    return len(orders) + len(summary)
