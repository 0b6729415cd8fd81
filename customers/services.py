"""Computes customers' cache rows from their orders where they are missing or damaged, and stores them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from customers.read_model import CUSTOMERS
from customers.selectors import cached_row, computed_row
from orders.selectors import contact_order_ids
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import Item
from packprod.errors import NotFound
from packprod.readmodels.projection import project as project_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import summarise_upward


def customer_row(contact_id: str, *, now: datetime) -> tuple[Item, bool]:
    """A customer's cache row, and whether it was there. Missing, it is computed and stored.

    Raises NotFound for a contact without counted orders.
    """
    row = cached_row(contact_id)
    if row is not None:
        return row, True
    return customer_row_compute(contact_id=contact_id, now=now), False


def customer_row_compute(*, contact_id: str, now: datetime) -> Item:
    """Derives a customer's row afresh and stores it, or only gives it while there is no cache table.

    Raises NotFound for a contact without counted orders.
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
