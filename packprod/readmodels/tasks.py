"""The Celery tasks: each parses its arguments and calls one function. They carry ids, never data."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby, islice

import structlog
from celery import shared_task

from packprod.dates import utc_now
from packprod.errors import EngineUnavailable
from packprod.observability import metrics
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.rebuild import rebuilding
from packprod.readmodels.registry import delay_of, summary_bucket
from packprod.readmodels.runs import run_execute, run_request, runs_waiting
from packprod.readmodels.stream.sweep import dirty_buckets
from packprod.readmodels.summary import summarise

LOST_AFTER = timedelta(seconds=10)
SWEEP_SHARE = 200
log = structlog.get_logger(__name__)


@shared_task(name="readmodels.summarise")
def summarise_buckets(summary_ids: list[str]) -> None:
    """Recomputes these summaries, then wakes for those their rows go into. What fails stays dirty for the sweep."""
    recalculating(summary_ids)
    touched = summarise(summary_ids, now=utc_now())
    recalculated(summary_ids)
    for delay, group in groupby(sorted(touched, key=delay_of), key=delay_of):
        summarise_buckets.apply_async((list(group),), countdown=delay)


@shared_task(name="readmodels.sweep_dirty", expires=30)
def sweep_dirty() -> None:
    """Summarises what has been dirty for LOST_AFTER: its wake-up was lost, or the workers are behind.

    A share at a time, so that fresh wake-ups are not kept waiting; in random order, so that two sweeps at once
    rarely meet at the same summary.
    """
    found = list(islice(dirty_buckets(before=utc_now() - LOST_AFTER), SWEEP_SHARE))
    if found:
        log.warning("sweep found overdue summaries", count=len(found))
        summarise_buckets(random.sample(found, len(found)))
    if len(found) == SWEEP_SHARE:
        sweep_dirty.delay()


@shared_task(name="readmodels.verify_and_heal")
def verify_and_heal() -> None:
    """The nightly check: compares every read model with its source, heals and reports what differs."""
    _request_and_execute(ReadModelRun.Kind.NIGHTLY)


@shared_task(name="readmodels.rebuild_if_due", expires=30, autoretry_for=(EngineUnavailable,), max_retries=2)
def rebuild_if_due() -> None:
    """Rebuilds everything if records were dropped unread, if a rebuild died, or if settings or program changed."""
    if rebuilding.rebuild_is_due(now=utc_now()):
        _request_and_execute(ReadModelRun.Kind.DUE)


@shared_task(name="readmodels.execute_run")
def execute_run(run_id: int) -> None:
    """Does a verification or rebuild that was requested. It takes long: one of the workers is away meanwhile.

    Redis delivers a task that takes over a minute once more; the second finds the run taken and ends.
    """
    run_execute(run_id=run_id, clock=utc_now)


@shared_task(name="readmodels.sweep_runs", expires=30)
def sweep_runs() -> None:
    """Does the run whose wake-up was lost or whose worker died."""
    for run_id in runs_waiting(now=utc_now()):
        execute_run(run_id)


def _request_and_execute(kind: str) -> None:
    run = run_request(kind=kind, requested_by="schedule", now=utc_now())
    if run is not None:
        execute_run(run.pk)


def recalculating(buckets: Sequence[str]) -> None:
    """`Recalculating metrics for customer: ID`, before each."""
    for name, key in _named(buckets):
        metrics.RECALCULATIONS.inc()
        log.info(f"Recalculating metrics for {name}: {key}", read_model=name, subject=key)


def recalculated(buckets: Sequence[str]) -> None:
    """`Cache updated for customer ID` after each, `Processed metrics for N customers` for all."""
    for name, key in _named(buckets):
        metrics.CACHE_UPDATES.inc()
        log.info(f"Cache updated for {name} {key}", read_model=name, subject=key)
    for name, count in Counter(name for name, _ in _named(buckets)).items():
        metrics.PROCESSED.inc(count)
        log.info(f"Processed metrics for {count} {name}s", read_model=name, count=count)


def _named(buckets: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Those that somebody waits for; the slower read models (days, products) would only drown them."""
    for bucket in filter(None, map(summary_bucket, buckets)):
        if not bucket.model.delay:
            yield bucket.model.name, bucket.key
