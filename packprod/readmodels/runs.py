"""Requests and executes verifications and rebuilds: one at a time, and each once, however often Celery delivers it."""

import json
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import DatabaseError, IntegrityError, transaction

from packprod.errors import EngineUnavailable
from packprod.jobs.services import Clock, job_claim, job_held, job_release, jobs_waiting
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.rebuild import rebuilding
from packprod.readmodels.rebuild.differences import Difference
from packprod.readmodels.rebuild.progress import Progress
from packprod.readmodels.rebuild.verify import verify

SLOT = "only"
LISTED = 100
COMMAND = "verify_read_models"
Found = tuple[int | None, list[Difference]]
"""How many rows differed (None if that is not known), and the differences that can be listed."""
Kind, State = ReadModelRun.Kind, ReadModelRun.State
log = structlog.get_logger(__name__)


def run_request(*, kind: str, requested_by: str, now: datetime) -> ReadModelRun | None:
    """Queues a run; returns None if another waits or runs."""
    try:
        with transaction.atomic():
            return ReadModelRun.objects.create(kind=kind, slot=SLOT, created_by=requested_by, created_at=now)
    except IntegrityError:
        return None


def verification_keep(*, found: list[Difference], started: datetime, now: datetime) -> None:
    """Records what a verification by command found, for Data health. If SQL cannot be written, that is only logged."""
    about = {"created_by": COMMAND, "created_at": started, "started_at": started, "ended_at": now}
    listed = json.dumps([str(one) for one in found[:LISTED]])
    try:
        ReadModelRun.objects.create(
            kind=Kind.VERIFY, state=State.FINISHED, differences=len(found), listed_json=listed, **about
        )
    except DatabaseError:
        log.warning("a verification could not be kept: the SQL database is away or not migrated")


def runs_waiting(*, now: datetime) -> list[int]:
    """The id of the run that no worker holds, if there is one: its wake-up was lost, or its worker died."""
    return list(jobs_waiting(ReadModelRun, now=now).values_list("pk", flat=True))


def run_execute(*, run_id: int, clock: Clock) -> bool:
    """Executes a run that no worker holds, from its beginning; returns False for any other. Safe to repeat."""
    now = clock()
    run = job_claim(ReadModelRun, job_id=run_id, now=now, state=State.RUNNING, started_at=now, rows=0)
    if run is None:
        return False
    try:
        count, found = _do(run, clock, now=now)
    except EngineUnavailable as exc:
        result: dict[str, object] = {"state": State.FAILED, "trouble": exc.message}
    except Exception:
        result = {"state": State.FAILED, "trouble": "Something went wrong; the workers' log says what."}
        log.exception("a run over the read models failed", run=run_id, kind=run.kind)
    else:
        listed = json.dumps([str(one) for one in found[:LISTED]])
        result = {"state": State.FINISHED, "differences": count, "listed_json": listed, "trouble": ""}
    job_release(run, slot=None, ended_at=clock(), **result)
    return True


def _do(run: ReadModelRun, clock: Clock, *, now: datetime) -> Found:
    """Does the work, and meanwhile stores how many rows have been looked at."""
    looked_at = 0

    def progress(phase: str, count: int, total: int) -> None:
        nonlocal looked_at
        looked_at += count

    with job_held(run, clock=clock, progress=lambda: {"rows": looked_at}):
        return _WORK[run.kind](now, progress)


def _verify(now: datetime, progress: Progress) -> Found:
    found = verify(progress=progress)
    return len(found), found


def _rebuild(now: datetime, progress: Progress) -> Found:
    return rebuilding.rebuild(now=now, progress=progress), []


def _nightly(now: datetime, progress: Progress) -> Found:
    found = rebuilding.verify_and_heal(now=now, progress=progress)
    return len(found), found


def _due(now: datetime, progress: Progress) -> Found:
    rebuilding.rebuild_if_due(now=now, progress=progress)
    return None, []


_WORK: dict[str, Callable[[datetime, Progress], Found]] = {
    Kind.VERIFY: _verify,
    Kind.REBUILD: _rebuild,
    Kind.NIGHTLY: _nightly,
    Kind.DUE: _due,
}
