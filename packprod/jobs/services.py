"""Claims, holds, moves and releases jobs, each by one conditional UPDATE: safe from several workers at once."""

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
PULSE_SECONDS = 2.0
J = TypeVar("J", bound=Job)
Clock = Callable[[], datetime]
log = structlog.get_logger(__name__)


def jobs_waiting(model: type[J], *, now: datetime) -> QuerySet[J]:
    """The jobs that no worker holds although there is work to do: a wake-up was lost, or a worker died."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return model._default_manager.filter(unclaimed, state__in=model.ACTIVE)


def job_claim(model: type[J], *, job_id: int, now: datetime, **fields: Any) -> J | None:
    """The job, held for CLAIM and with these fields set; None where it is not waiting."""
    waiting = jobs_waiting(model, now=now).filter(pk=job_id)
    return model._default_manager.get(pk=job_id) if waiting.update(claimed_until=now + CLAIM, **fields) else None


@contextmanager
def job_held(job: Job, *, clock: Clock, progress: Callable[[], Mapping[str, Any]]) -> Iterator[None]:
    """Extends the claim until the block ends, for work that takes longer than CLAIM, and stores how far it has come.

    `progress` gives the fields to store. A thread of its own does it: parts of the work take long and report nothing.
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
    """Sets the fields, usually the next state, of a job that is in one of the `current` states; False for any other."""
    return bool(model._default_manager.filter(pk=job_id, state__in=current).update(**fields))


def job_release(job: Job, **fields: Any) -> None:
    """Gives up the claim and sets these fields; `job` is then what the row is now."""
    type(job)._default_manager.filter(pk=job.pk).update(claimed_until=None, **fields)
    job.refresh_from_db()
