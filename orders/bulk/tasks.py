"""The Celery tasks of bulk changes: wake-ups that carry an id, the work lies in SQL."""

import structlog
from celery import shared_task

from orders.bulk.services import bulk_change_step, bulk_changes_forget, bulk_changes_waiting
from packprod.dates import utc_now

log = structlog.get_logger(__name__)


@shared_task(name="orders.bulk_step")
def bulk_step(change_id: int) -> None:
    """Works off a slice, then wakes for the next: no worker is kept from other work for long."""
    if bulk_change_step(change_id=change_id, now=utc_now()):
        bulk_step.delay(change_id)


@shared_task(name="orders.sweep_bulk", expires=30)
def sweep_bulk() -> None:
    """Goes on with bulk changes whose wake-up was lost or whose worker died; forgets what nobody confirmed."""
    for change_id in bulk_changes_waiting(now=utc_now()):
        log.warning("sweep found a bulk change that waits", change=change_id)
        bulk_step(change_id)
    bulk_changes_forget(now=utc_now())
