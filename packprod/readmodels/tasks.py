"""The Celery tasks of the read models. A task carries ids, never data, and leaves the work to a function."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from packprod.dates import utc_now
from packprod.errors import EngineUnavailable
from packprod.observability import metrics
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.rebuild import rebuilding
from packprod.readmodels.registry import summary_bucket
from packprod.readmodels.runs import run_execute, run_request, runs_waiting
from packprod.readmodels.stream.sweep import dirty_buckets
from packprod.readmodels.stream.waiting import take_waiting, wait_for_worker
from packprod.readmodels.summary import summarise

LOST_AFTER = timedelta(seconds=10)
SWEEP_SHARE = 200
log = structlog.get_logger(__name__)


@shared_task(name="readmodels.summarise_waiting")
def summarise_waiting(queue: str) -> None:
    """Computes the next summaries of a queue that are due."""
    if summary_ids := take_waiting(queue):
        summarise_buckets(summary_ids)


@shared_task(name="readmodels.summarise")
def summarise_buckets(summary_ids: list[str]) -> None:
    """Computes these summaries, then wakes workers for those that their rows feed. A failed one stays dirty for the
    sweep."""
    recalculating(summary_ids)
    touched = summarise(summary_ids, now=utc_now())
    recalculated(summary_ids)
    wake_workers(touched)


def wake_workers(summary_ids: Iterable[str], *, retry: bool = True) -> None:
    """Sends tasks for the summaries that do not wait for a worker yet, each to the queue of its read model. Raises
    OperationalError of kombu while Redis is away."""
    try:
        wake_ups = wait_for_worker(summary_ids)
    except RedisError as exc:
        raise OperationalError("Redis is away.") from exc
    for one in wake_ups:
        summarise_waiting.apply_async((one.queue,), countdown=one.countdown, queue=one.queue, retry=retry)


@shared_task(name="readmodels.sweep_dirty", expires=30)
def sweep_dirty() -> None:
    """Computes the summaries that have been dirty for LOST_AFTER: their wake-up was lost, or the workers are behind.

    It takes SWEEP_SHARE at a time, so that new wake-ups do not have to wait, and in random order, so that two sweeps at
    once rarely work on the same summary.
    """
    now = utc_now()
    found = list(islice(dirty_buckets(before=now - LOST_AFTER, now=now), SWEEP_SHARE))
    if found:
        log.warning("sweep found overdue summaries", count=len(found))
        summarise_buckets(random.sample(found, len(found)))
    if len(found) == SWEEP_SHARE:
        sweep_dirty.delay()


@shared_task(name="readmodels.verify_and_heal")
def verify_and_heal() -> None:
    """The nightly check: compares every read model with the orders, logs and mends what differs."""
    _request_and_execute(ReadModelRun.Kind.NIGHTLY)


@shared_task(name="readmodels.rebuild_if_due", expires=30, autoretry_for=(EngineUnavailable,), max_retries=2)
def rebuild_if_due() -> None:
    """Rebuilds everything if stream records were lost, a rebuild died, or settings or program changed."""
    if rebuilding.rebuild_is_due(now=utc_now()):
        _request_and_execute(ReadModelRun.Kind.DUE)


@shared_task(name="readmodels.execute_run")
def execute_run(run_id: int) -> None:
    """Executes a verification or rebuild that was requested. It may take long; one of the workers is busy meanwhile.

    Redis delivers a task again that takes over a minute; the second one finds the run claimed and ends.
    """
    run_execute(run_id=run_id, clock=utc_now)


@shared_task(name="readmodels.sweep_runs", expires=30)
def sweep_runs() -> None:
    """Executes the run whose wake-up was lost or whose worker died."""
    for run_id in runs_waiting(now=utc_now()):
        execute_run(run_id)


def _request_and_execute(kind: str) -> None:
    run = run_request(kind=kind, requested_by="schedule", now=utc_now())
    if run is not None:
        execute_run(run.pk)


def recalculating(buckets: Sequence[str]) -> None:
    """Logs and counts `Recalculating metrics for customer: ID` for each bucket."""
    for name, key in _named(buckets):
        metrics.RECALCULATIONS.inc()
        log.info(f"Recalculating metrics for {name}: {key}", read_model=name, subject=key)


def recalculated(buckets: Sequence[str]) -> None:
    """Logs and counts `Cache updated for customer ID` for each bucket, and `Processed metrics for N customers`."""
    for name, key in _named(buckets):
        metrics.CACHE_UPDATES.inc()
        log.info(f"Cache updated for {name} {key}", read_model=name, subject=key)
    for name, count in Counter(name for name, _ in _named(buckets)).items():
        metrics.PROCESSED.inc(count)
        log.info(f"Processed metrics for {count} {name}s", read_model=name, count=count)


def _named(buckets: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The read model and key of each bucket that is logged; days and products would fill the log."""
    for bucket in filter(None, map(summary_bucket, buckets)):
        if bucket.model.logs:
            yield bucket.model.name, bucket.key
