"""The Celery tasks of this app: each calls one function."""

import structlog
from celery import shared_task

from customers.contact_index.sweep import contact_keys_sweep, sweep_is_due
from customers.inbox.services import inbox_clean
from customers.parked.services import parked_orders_assign
from customers.services import customer_rows_refresh
from packprod.dates import utc_now

log = structlog.get_logger(__name__)


@shared_task(name="customers.refresh_due", expires=300)
def refresh_due_customers() -> None:
    """Refreshes cache rows that time has changed."""
    count = customer_rows_refresh(now=utc_now())
    if count:
        log.info("refreshed customers that time had changed", count=count)


@shared_task(name="customers.assign_parked_orders", expires=3600)
def assign_parked_orders(updated_by: str) -> None:
    """Gives parked orders the customers whose e-mail or phone stands on them."""
    parked_orders_assign(updated_by=updated_by, now=utc_now())


@shared_task(name="customers.sweep_contact_keys", expires=60)
def sweep_contact_keys() -> None:
    """Sweeps the index of contacts for a while if that is due, then sends itself again until the pass is finished."""
    if sweep_is_due(now=utc_now()) and not contact_keys_sweep(clock=utc_now).finished:
        sweep_contact_keys.delay()


@shared_task(name="customers.clean_inbox", expires=3600)
def clean_inbox() -> None:
    """Deletes received imports that are older than PACKPROD_INBOX_DAYS."""
    count = inbox_clean(now=utc_now())
    if count:
        log.info("deleted old received imports", count=count)
