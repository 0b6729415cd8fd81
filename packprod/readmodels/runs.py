"""Asks for verifications and rebuilds and does them, one at a time whoever asks, however often Celery delivers."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from packprod.errors import EngineUnavailable
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.rebuild import rebuilding
from packprod.readmodels.rebuild.differences import Difference
from packprod.readmodels.rebuild.progress import Progress
from packprod.readmodels.rebuild.verify import verify

SLOT = "only"
PULSE_SECONDS = 2.0
DEAD_AFTER = timedelta(seconds=30)
LISTED = 100
COMMAND = "verify_read_models"
Clock = Callable[[], datetime]
Found = tuple[int | None, list[Difference]]
"""How many rows differed (None: not known), and those that can be listed."""
Kind, State = ReadModelRun.Kind, ReadModelRun.State
log = structlog.get_logger(__name__)


def run_request(*, kind: str, requested_by: str, now: datetime) -> ReadModelRun | None:
    """A queued run; None while another waits or runs."""
    try:
        with transaction.atomic():
            return ReadModelRun.objects.create(kind=kind, slot=SLOT, requested_by=requested_by, requested_at=now)
    except IntegrityError:
        return None


def verification_keep(*, found: list[Difference], started: datetime, now: datetime) -> None:
    """Keeps what a verification by command found, for Data health. The command's result does not hang on SQL."""
    about = {"requested_by": COMMAND, "requested_at": started, "started_at": started, "finished_at": now}
    listed = json.dumps([str(one) for one in found[:LISTED]])
    try:
        ReadModelRun.objects.create(
            kind=Kind.VERIFY, state=State.FINISHED, differences=len(found), listed_json=listed, **about
        )
    except DatabaseError:
        log.warning("a verification could not be kept: the SQL database is away or not migrated")


def runs_waiting(*, now: datetime) -> list[int]:
    """The run that nobody works on: its wake-up was lost, or its worker died."""
    return list(_unclaimed(now).values_list("pk", flat=True))


def run_execute(*, run_id: int, clock: Clock) -> bool:
    """Does a run that nobody works on, from its beginning; False for any other. Safe to repeat."""
    now = clock()
    claimed = {"state": State.RUNNING, "started_at": now, "heartbeat_at": now, "rows": 0}
    if not _unclaimed(now).filter(pk=run_id).update(**claimed):
        return False
    run = ReadModelRun.objects.get(pk=run_id)
    try:
        with _pulse(run_id, clock) as progress:
            count, found = _WORK[run.kind](now, progress)
    except EngineUnavailable as exc:
        _finish(run, State.FAILED, clock(), error=exc.message)
    except Exception:
        _finish(run, State.FAILED, clock(), error="Something went wrong; the workers' log says what.")
        log.exception("a run over the read models failed", run=run_id, kind=run.kind)
    else:
        listed = json.dumps([str(one) for one in found[:LISTED]])
        _finish(run, State.FINISHED, clock(), differences=count, listed_json=listed, error="")
    return True


def _unclaimed(now: datetime) -> QuerySet[ReadModelRun]:
    dead = Q(state=State.RUNNING, heartbeat_at__lt=now - DEAD_AFTER)
    return ReadModelRun.objects.filter(Q(state=State.QUEUED) | dead, slot=SLOT)


def _finish(run: ReadModelRun, state: str, now: datetime, **fields: object) -> None:
    ReadModelRun.objects.filter(pk=run.pk).update(state=state, slot=None, finished_at=now, **fields)


@contextmanager
def _pulse(run_id: int, clock: Clock) -> Iterator[Progress]:
    """Says that the run is alive and how many rows it has looked at, from a thread of its own: parts of the work take
    long and report nothing."""
    looked_at = [0]
    done = threading.Event()

    def beat() -> None:
        while not done.wait(PULSE_SECONDS):
            try:
                ReadModelRun.objects.filter(pk=run_id).update(heartbeat_at=clock(), rows=looked_at[0])
            except DatabaseError:
                log.warning("a run could not say that it is alive; trying again", run=run_id)
        connection.close()

    def progress(phase: str, count: int, total: int) -> None:
        looked_at[0] += count

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        done.set()
        thread.join()
        ReadModelRun.objects.filter(pk=run_id).update(rows=looked_at[0])


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
