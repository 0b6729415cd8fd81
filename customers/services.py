"""Derives customers' rows afresh from their orders and stores them.

What is missing or damaged is computed when it is read, and mended as soon as the stream of the cache tells of it: other
programs write there, too (docs/adr/0035). Rows that time alone changes are refreshed by a sweep: when
their segment changes, or before their ttl arrives, so that a customer who no longer orders stays listed as Dormant.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from more_itertools import chunked

from customers.cache_owners import is_anothers, own_rows
from customers.cache_row import customer_id
from customers.read_model import CUSTOMERS
from customers.selectors import (
    both_rows,
    cached_row,
    computed_row,
    contact_order_differences,
    contact_summary_differences,
    is_published,
    listed_row,
    require_rebuildable,
    rows_to_refresh,
)
from customers.tables import CustomerMetrics, ListedCustomer
from orders.contact_aliases import effective_contact
from orders.selectors import contact_order_ids
from packprod.dates import business_date
from packprod.dynamodb.errors import TableMissing, TransactionCancelled
from packprod.dynamodb.reads import BATCH_SIZE, Item
from packprod.dynamodb.streams import Record
from packprod.dynamodb.writes import check, delete, transact
from packprod.errors import NotFound
from packprod.observability import metrics
from packprod.readmodels.projection import project as project_orders
from packprod.readmodels.rebuild.healing import heal_buckets, heal_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import summarise, summarise_upward

log = structlog.get_logger(__name__)


def customer_row(contact_id: str, *, now: datetime) -> tuple[Item, bool]:
    """A customer's row, and whether the cache had it. One that is missing or damaged there is computed and stored.

    For a contact that was merged it is the row of the one that is left. Raises NotFound for a contact without orders
    that count.
    """
    contact_id = effective_contact(contact_id)
    row = cached_row(contact_id)
    if row is not None:
        return row, True
    return _republished(contact_id, now=now) or customer_row_compute(contact_id=contact_id, now=now), False


def _republished(contact_id: str, *, now: datetime) -> Item | None:
    """Mends the cache's row from the list of customers; returns the row. None if it is not in the list either."""
    if listed_row(contact_id) is None:
        return None
    cache_rows_mend(contact_ids=[contact_id], now=now)
    return listed_row(contact_id)


def cache_rows_mend(*, contact_ids: Iterable[str], now: datetime) -> int:
    """Makes the cache say of these contacts what the list of customers says; returns how many rows it mended.

    A row that is missing, or not as we write it, is written anew; that of a contact of ours without orders that count
    is removed. Rows of other clients stay. Raises EngineUnavailable.
    """
    rows = both_rows(list(dict.fromkeys(contact_ids)))
    wrong = [one for one, (listed, cached) in rows.items() if listed and not is_published(listed, cached)]
    wrong = [one for one in wrong if not is_anothers(rows[one][1])]
    summarise([bucket_id(CUSTOMERS.name, one) for one in wrong], now=now, rewritten=(CustomerMetrics,))
    unlisted = own_rows([cached for listed, cached in rows.values() if cached and not listed])
    count = len(wrong) + sum(_remove_unlisted(row["contactID"]) for row in unlisted)
    metrics.CACHE_ROWS_MENDED.inc(count)
    return count


def _remove_unlisted(contact_id: str) -> bool:
    """Removes a row of the cache unless an order has begun to count meanwhile; returns whether it was removed."""
    unlisted = ListedCustomer.customer_id.does_not_exist()
    try:
        transact(
            [check(ListedCustomer(customer_id(contact_id)), condition=unlisted), delete(CustomerMetrics(contact_id))]
        )
    except TransactionCancelled:
        return False
    return True


def cache_changes_mend(records: Sequence[Record], now: datetime) -> set[str]:
    """Mends what other programs wrote into the cache, as its stream tells; changes of our own are found to be right."""
    name = CustomerMetrics.key_names()[0]
    contact_ids = dict.fromkeys(record.key_value(name) for record in records)
    count = sum(cache_rows_mend(contact_ids=chunk, now=now) for chunk in chunked(contact_ids, BATCH_SIZE // 2))
    if count:
        log.warning("mended rows of the metrics cache that somebody else wrote", count=count)
    return set()


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
