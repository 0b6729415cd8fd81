"""Verifications and rebuilds: one at a time, done once however often delivered, taken over from a dead worker."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from customers.tables import CustomerMetrics
from packprod.errors import EngineUnavailable
from packprod.jobs import services
from packprod.jobs.services import CLAIM
from packprod.readmodels import runs, tasks
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.rebuild import rebuilding
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.runs import run_execute, run_request, runs_waiting
from tests.packprod.readmodels.foreign_writer import ForeignWriter

pytestmark = pytest.mark.django_db
Kind = ReadModelRun.Kind


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is under way in these tests, so nothing has to settle; the test's transaction is this thread's alone."""
    monkeypatch.setattr(services, "PULSE_SECONDS", 600)
    for module in (runs, rebuilding):
        monkeypatch.setattr(module, "verify", partial(verify, settle=0))


@pytest.fixture
def broken_shop(writer: ForeignWriter, caught_up: Callable[[], None]) -> ForeignWriter:
    """Two customers, one of whom is missing in the cache."""
    writer.put("1", contact="ann")
    writer.put("2", contact="bob")
    caught_up()
    CustomerMetrics(writer.contact_id("ann")).delete()
    return writer


def run(kind: str, now: datetime) -> ReadModelRun:
    """Requested and done."""
    requested = run_request(kind=kind, requested_by="user anna", now=now)
    assert requested is not None
    assert run_execute(run_id=requested.pk, clock=lambda: now)
    requested.refresh_from_db()
    return requested


def test_a_verification_lists_what_differs_and_a_rebuild_mends_it(broken_shop: ForeignWriter, now: datetime) -> None:
    found = run(Kind.VERIFY, now)
    assert (found.state, found.differences, found.is_active) == ("finished", 1, False)
    assert found.listed == [f'["CustomerMetrics","{broken_shop.contact_id("ann")}"]: missing']
    assert found.rows > 0
    rebuilt = run(Kind.REBUILD, now)
    assert (rebuilt.state, rebuilt.differences) == ("finished", 1)
    assert run(Kind.VERIFY, now).differences == 0


def test_the_night_verifies_and_mends(broken_shop: ForeignWriter, now: datetime) -> None:
    tasks.verify_and_heal()
    night = ReadModelRun.objects.get()
    assert (night.kind, night.created_by, night.differences) == ("nightly", "schedule", 1)
    assert verify(settle=0) == []


def test_only_one_at_a_time(now: datetime, client_id: str) -> None:
    first = run_request(kind=Kind.VERIFY, requested_by="user anna", now=now)
    assert first is not None
    assert run_request(kind=Kind.REBUILD, requested_by="user ben", now=now) is None
    assert run_execute(run_id=first.pk, clock=lambda: now)
    assert run_request(kind=Kind.REBUILD, requested_by="user ben", now=now) is not None


def test_without_the_slot_two_would_run(now: datetime) -> None:
    """The database refuses the second; nothing in Python could, in two processes."""
    ReadModelRun.objects.create(kind=Kind.VERIFY, slot=runs.SLOT, created_by="a", created_at=now)
    with pytest.raises(IntegrityError):
        ReadModelRun.objects.create(kind=Kind.VERIFY, slot=runs.SLOT, created_by="b", created_at=now)


def test_delivered_again_while_it_runs_nothing_happens(
    now: datetime, client_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested = run_request(kind=Kind.VERIFY, requested_by="user anna", now=now)
    assert requested is not None
    second: list[bool] = []

    def while_it_runs(*args: Any) -> Any:
        second.append(run_execute(run_id=requested.pk, clock=lambda: now))
        return 0, []

    monkeypatch.setitem(runs._WORK, Kind.VERIFY, while_it_runs)
    assert run_execute(run_id=requested.pk, clock=lambda: now)
    assert second == [False]
    assert not run_execute(run_id=requested.pk, clock=lambda: now)


class Killed(BaseException):
    """kill -9."""


def test_a_killed_workers_run_is_taken_over(now: datetime, client_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    requested = run_request(kind=Kind.VERIFY, requested_by="user anna", now=now)
    assert requested is not None
    assert runs_waiting(now=now) == [requested.pk]

    def die(*args: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setitem(runs._WORK, Kind.VERIFY, die)
        with pytest.raises(Killed):
            run_execute(run_id=requested.pk, clock=lambda: now)
    assert runs_waiting(now=now + timedelta(seconds=5)) == []
    later = now + CLAIM + timedelta(seconds=1)
    assert runs_waiting(now=later) == [requested.pk]
    assert run_execute(run_id=requested.pk, clock=lambda: later)
    requested.refresh_from_db()
    assert (requested.state, requested.differences) == ("finished", 0)


@pytest.mark.parametrize(
    ("error", "told"),
    [(EngineUnavailable("The engine is away."), "The engine is away."), (KeyError("x"), "Something went wrong")],
)
def test_a_run_that_fails_says_so_and_frees_the_slot(
    error: Exception, told: str, now: datetime, client_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> Any:
        raise error

    monkeypatch.setitem(runs._WORK, Kind.REBUILD, fail)
    failed = run(Kind.REBUILD, now)
    assert (failed.state, failed.slot) == ("failed", None)
    assert failed.trouble.startswith(told)


def test_the_sweep_does_what_nobody_was_woken_for(now: datetime, client_id: str) -> None:
    run_request(kind=Kind.VERIFY, requested_by="user anna", now=now)
    tasks.sweep_runs()
    assert ReadModelRun.objects.get().state == "finished"
    tasks.sweep_runs()
