"""A rebuild marks nothing dirty, so one that dies half way must be found and made up for: by the row it leaves."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from packprod.dynamodb import errors, leases
from packprod.dynamodb.leases import ShardLease
from packprod.dynamodb.provisioning import stream_arn
from packprod.errors import EngineUnavailable
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild import markers, rebuilding
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.rebuild.markers import ALIVE_MILLISECONDS, forget, unfinished_rebuilds
from packprod.readmodels.rebuild.rebuilding import rebuild, rebuild_if_due
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import source
from tests.packprod.readmodels.conftest import CacheRow, Follow, summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.stored import dirty, said, wipe

LATER = timedelta(milliseconds=ALIVE_MILLISECONDS + 1)


class Killed(BaseException):
    """Stands for kill -9."""


@pytest.fixture(autouse=True)
def no_row_stays(client_id: str, now: datetime) -> Iterator[None]:
    """Markers are listed by scans. And nothing but a dead rebuild makes one due here."""
    record_built()
    yield
    for rows in unfinished_rebuilds(now=now):
        forget(rows)


def killed_before(monkeypatch: pytest.MonkeyPatch, step: str, now: datetime) -> None:
    """A rebuild that dies just before it calls `rebuilding.step`."""

    def dying(*args: Any, **kwargs: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, step, dying)
        with pytest.raises(Killed):
            rebuild(now=now)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard taken out"])
def test_a_rebuild_that_died_after_the_orders_is_made_up_for(
    guarded: bool, monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, client_id: str, follow: Follow, now: datetime
) -> None:
    """Without the row nothing is left that would tell anybody: no summary, no dirty mark."""
    follow([writer.put("1"), writer.put("2", contact="bob")])
    before = said(client_id)
    wipe(client_id)
    if not guarded:
        monkeypatch.setattr(markers.Rebuild, "_write", lambda run: setattr(run, "_renewed", 0.0))
    killed_before(monkeypatch, "heal_buckets", now)
    summarise_dirty(now)
    assert rebuild_if_due(now=now + LATER) is guarded
    assert (said(client_id) == before) is guarded
    assert (verify(settle=0) == []) is guarded


@pytest.mark.parametrize("step", ["take_survey", "suspect_orders", "heal_buckets", "_mend_summaries"])
def test_wherever_it_died_the_next_one_ends_the_same(
    step: str, monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, client_id: str, follow: Follow, now: datetime
) -> None:
    follow([writer.put("1"), writer.put("2", contact="bob")])
    before = said(client_id)
    wipe(client_id)
    killed_before(monkeypatch, step, now)
    follow(writer.put("3", contact="cat"))
    assert rebuild_if_due(now=now + LATER)
    follow(writer.delete("3"))
    assert said(client_id) == before
    assert verify(settle=0) == []


def test_one_that_is_alive_is_left_alone_and_one_that_ended_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, now: datetime
) -> None:
    assert rebuild(now=now) == 0
    assert unfinished_rebuilds(now=now) == ([], [])
    killed_before(monkeypatch, "take_survey", now)
    assert rebuild_if_due(now=now) is False
    assert rebuild_if_due(now=now + LATER) is True
    assert rebuild_if_due(now=now + LATER) is False


def test_a_marker_among_the_shard_leases_makes_a_rebuild_due_too(
    writer: ForeignWriter, client_id: str, now: datetime
) -> None:
    """It is there where a rebuild died before the upgrade to a table of its own; no reader takes it for a lease."""
    writer.put("1")
    arn = stream_arn(source().table)
    held = leases.read_leases(arn)
    ShardLease(f"{client_id}#rebuild/0123", expires_at=int(now.timestamp() * 1000)).save()
    assert leases.read_leases(arn) == held
    assert rebuild_if_due(now=now) is False
    assert rebuild_if_due(now=now + LATER) is True
    assert unfinished_rebuilds(now=now) == ([], [])
    assert rebuild_if_due(now=now + LATER) is False


def test_a_rebuild_marks_nothing_and_the_stream_still_does(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, client_id: str, now: datetime, cached: CacheRow
) -> None:
    order = writer.put("1")
    killed_before(monkeypatch, "heal_buckets", now)
    assert dirty(client_id) == set()
    writer.put("1", total=20)
    project([order], now=now)
    summarise_dirty(now)
    row = cached("ann")
    assert row is not None
    assert row["totalSpend"] == 20


@pytest.mark.parametrize("times", [1, errors.ATTEMPTS], ids=["a moment", "for long"])
def test_an_engine_that_does_not_answer_for_a_moment_does_not_end_it(
    times: int, monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, now: datetime
) -> None:
    writer.put("1")
    failures = iter([EngineUnavailable("away")] * times)
    working: Callable[..., set[str]] = project

    def failing(*args: Any, **kwargs: Any) -> set[str]:
        for failure in failures:
            raise failure
        return working(*args, **kwargs)

    monkeypatch.setattr(rebuilding, "project", failing)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    if times == errors.ATTEMPTS:
        with pytest.raises(EngineUnavailable):
            rebuild(now=now)
    else:
        rebuild(now=now)
        assert verify(settle=0) == []
