"""Claims, holds, moves and releases jobs. Each is one conditional UPDATE, so several workers may do it at once."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet

from packprod.jobs.models import Job

CLAIM = timedelta(seconds=30)
LONGEST_CLAIM = timedelta(minutes=10)  # with clocks that differ
PULSE_SECONDS = 2.0
J = TypeVar("J", bound=Job)
Clock = Callable[[], datetime]
log = structlog.get_logger(__name__)


def jobs_waiting(model: type[J], *, now: datetime) -> QuerySet[J]:
    """The jobs with work to do that no worker holds: new, or their wake-up was lost, or their worker died.

    A claim for longer than any lasts is none: the clock of the worker that made it was ahead.
    """
    implausible = now + LONGEST_CLAIM
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lt=now) | Q(claimed_until__gt=implausible)
    return model._default_manager.filter(unclaimed, state__in=model.ACTIVE)


def job_claim(model: type[J], *, job_id: int, now: datetime, **fields: Any) -> J | None:
    """Claims a job for the time CLAIM, sets these fields and returns it; None if the job is not waiting."""
    waiting = jobs_waiting(model, now=now).filter(pk=job_id)
    return model._default_manager.get(pk=job_id) if waiting.update(claimed_until=now + CLAIM, **fields) else None


@contextmanager
def job_held(job: Job, *, clock: Clock, progress: Callable[[], Mapping[str, Any]]) -> Iterator[None]:
    """Extends the claim every PULSE_SECONDS until the block ends, for work that takes longer than CLAIM.

    Each time, it also stores the fields that `progress` returns. This runs in a thread of its own, because parts of the
    work take long without reporting anything.
    """
    row = type(job)._default_manager.filter(pk=job.pk)
    done = threading.Event()

    def beat() -> None:
        while not done.wait(PULSE_SECONDS):
            try:
                row.update(claimed_until=clock() + CLAIM, **progress())
            except DatabaseError:
                log.warning("a job could not extend its claim; trying again", job=job.pk, kind=type(job).__name__)
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        row.update(**progress())


def job_move(model: type[Job], *, job_id: int, current: Sequence[str], **fields: Any) -> bool:
    """Sets fields, usually the next state, if the job is in one of the `current` states; returns whether it was."""
    return bool(model._default_manager.filter(pk=job_id, state__in=current).update(**fields))


def job_release(job: Job, **fields: Any) -> None:
    """Gives up the claim, sets these fields, and reads `job` afresh."""
    type(job)._default_manager.filter(pk=job.pk).update(claimed_until=None, **fields)
    job.refresh_from_db()
