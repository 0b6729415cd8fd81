"""The Celery task of the sweep against time."""

import structlog
from celery import shared_task

from customers.refreshing import refresh_due
from packprod.dates import utc_now

log = structlog.get_logger(__name__)


@shared_task(name="customers.refresh_due", expires=300)
def refresh_due_customers() -> None:
    """Refreshes cache rows that time has changed."""
    count = refresh_due(now=utc_now())
    if count:
        log.info("refreshed customers that time had changed", count=count)
