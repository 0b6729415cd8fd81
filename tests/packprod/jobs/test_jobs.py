"""The one job model: a claim that is kept alive, given up, or found after its worker died; rows from before it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from packprod.jobs import services
from packprod.jobs.services import CLAIM, job_claim, job_held, job_move, job_release, jobs_waiting
from packprod.readmodels.models import ReadModelRun

State = ReadModelRun.State
LATER = CLAIM + timedelta(seconds=1)


def queued(now: datetime) -> ReadModelRun:
    return ReadModelRun.objects.create(kind=ReadModelRun.Kind.VERIFY, created_by="anna", created_at=now)


@pytest.mark.django_db
def test_one_worker_at_a_time_and_the_next_after_its_death(now: datetime) -> None:
    job_id = queued(now).pk
    held = job_claim(ReadModelRun, job_id=job_id, now=now, state=State.RUNNING)
    assert held is not None
    assert (held.state, held.is_claimed(now=now)) == ("running", True)
    assert job_claim(ReadModelRun, job_id=job_id, now=now) is None
    assert not jobs_waiting(ReadModelRun, now=now).exists()
    assert list(jobs_waiting(ReadModelRun, now=now + LATER)) == [held]
    assert job_claim(ReadModelRun, job_id=job_id, now=now + LATER) is not None


@pytest.mark.django_db
def test_what_is_released_waits_again_until_it_has_ended(now: datetime) -> None:
    job = job_claim(ReadModelRun, job_id=queued(now).pk, now=now)
    assert job is not None
    job_release(job, trouble="The engine is away.")
    assert (job.trouble, job.is_claimed(now=now), list(jobs_waiting(ReadModelRun, now=now))) == (
        "The engine is away.",
        False,
        [job],
    )
    assert job_move(ReadModelRun, job_id=job.pk, current=(State.QUEUED,), state=State.FAILED)
    assert not job_move(ReadModelRun, job_id=job.pk, current=(State.QUEUED,), state=State.RUNNING)
    assert not jobs_waiting(ReadModelRun, now=now).exists()


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_extended_while_the_work_takes_long(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PULSE_SECONDS", 0.01)
    job = job_claim(ReadModelRun, job_id=queued(now).pk, now=now)
    assert job is not None
    with job_held(job, clock=lambda: now + LATER, progress=lambda: {"rows": 7}):
        deadline = time.monotonic() + 10
        while not job.is_claimed(now=now + LATER) and time.monotonic() < deadline:
            time.sleep(0.02)
            job.refresh_from_db()
    assert job.claimed_until == now + LATER + CLAIM
    assert job.rows == 7


@contextmanager
def as_of(migration: str) -> Iterator[Any]:
    """The model as it was after a migration of readmodels; the newest again afterwards."""
    executor = MigrationExecutor(connection)
    executor.migrate([("readmodels", migration)])
    try:
        yield executor.loader.project_state([("readmodels", migration)]).apps.get_model("readmodels", "ReadModelRun")
    finally:
        newest = MigrationExecutor(connection)
        newest.migrate(newest.loader.graph.leaf_nodes("readmodels"))


@pytest.mark.django_db(transaction=True)
def test_runs_of_the_version_before_are_kept_and_taken_over(now: datetime) -> None:
    with as_of("0001_runs") as old_run:
        about = {"requested_by": "anna", "requested_at": now, "started_at": now, "heartbeat_at": now}
        old_run.objects.create(kind="verify", state="running", slot="only", rows=5, **about)
        old_run.objects.create(kind="rebuild", state="failed", finished_at=now, error="It was away.", **about)
    running = ReadModelRun.objects.get(kind="verify")
    assert (running.created_by, running.created_at, running.rows, running.is_active) == ("anna", now, 5, True)
    assert not jobs_waiting(ReadModelRun, now=now + CLAIM).exists()
    assert list(jobs_waiting(ReadModelRun, now=now + LATER)) == [running]
    failed = ReadModelRun.objects.get(kind="rebuild")
    assert (failed.ended_at, failed.trouble, failed.claimed_until) == (now, "It was away.", None)
