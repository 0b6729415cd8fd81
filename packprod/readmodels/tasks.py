"""The Celery tasks: each parses its arguments and calls one function. They carry ids, never data."""

from datetime import timedelta
from itertools import groupby

import structlog
from celery import shared_task

from packprod.dates import utc_now
from packprod.errors import EngineUnavailable
from packprod.readmodels import events, healing
from packprod.readmodels.registry import delay_of
from packprod.readmodels.summary import summarise
from packprod.readmodels.sweep import dirty_buckets

LOST_AFTER = timedelta(seconds=10)
log = structlog.get_logger(__name__)


@shared_task(name="readmodels.summarise")
def summarise_buckets(summary_ids: list[str]) -> None:
    """Recomputes these summaries, then wakes for those their rows go into. What fails stays dirty for the sweep."""
    events.recalculating(summary_ids)
    touched = summarise(summary_ids, now=utc_now())
    events.recalculated(summary_ids)
    for delay, group in groupby(sorted(touched, key=delay_of), key=delay_of):
        summarise_buckets.apply_async((list(group),), countdown=delay)


@shared_task(name="readmodels.sweep_dirty", expires=30)
def sweep_dirty() -> None:
    """Summarises what has been dirty for LOST_AFTER: its wake-up was lost."""
    found = list(dirty_buckets(before=utc_now() - LOST_AFTER))
    if found:
        log.warning("sweep found lost wake-ups", count=len(found))
        summarise_buckets(found)


@shared_task(name="readmodels.verify_and_heal")
def verify_and_heal() -> None:
    """The nightly check: compares every read model with its source, heals and reports what differs."""
    healing.verify_and_heal(now=utc_now())


@shared_task(name="readmodels.rebuild_if_trimmed", expires=30, autoretry_for=(EngineUnavailable,), max_retries=2)
def rebuild_if_trimmed() -> None:
    """Rebuilds everything if the stream dropped records before they were read."""
    healing.rebuild_if_trimmed(now=utc_now())
