"""The Celery tasks of joined contacts: wake-ups; what is to be done lies in the aliases' rows."""

import structlog
from celery import shared_task

from customers.merging.duplicates import duplicates_forget, duplicates_search_if_due
from customers.merging.services import contact_orders_move, contact_orders_sweep
from orders.contact_aliases import effective_contact
from packprod.dates import utc_now

log = structlog.get_logger(__name__)


@shared_task(name="customers.move_orders")
def move_orders(contact_id: str) -> None:
    """Brings the read models up to date after a contact was merged, or parted again."""
    contact_orders_move(contact_id=contact_id, now=utc_now())
    if effective_contact(contact_id) != contact_id:
        duplicates_forget(contact_id=contact_id)


@shared_task(name="customers.sweep_merges", expires=30)
def sweep_merges() -> None:
    """Goes on with merges whose wake-up was lost or whose worker died."""
    count = contact_orders_sweep(now=utc_now())
    if count:
        log.warning("sweep finished merges of contacts", count=count)


@shared_task(name="customers.search_duplicates", expires=60)
def search_duplicates() -> None:
    """Searches for likely duplicates if that is due."""
    count = duplicates_search_if_due(now=utc_now())
    if count is not None:
        log.info("searched for likely duplicates", count=count)
