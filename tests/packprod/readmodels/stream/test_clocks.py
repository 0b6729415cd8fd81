"""Clocks of several machines differ: what one that is ahead has written must not be left lying until its time comes."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from packprod.dynamodb import leases
from packprod.dynamodb.leases import LEASE_MILLISECONDS, ShardLease
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import list_shards
from packprod.readmodels import tasks
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.markers import Rebuild, unfinished_rebuilds
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import source
from packprod.readmodels.stream.catching_up import catch_up, is_caught_up
from packprod.readmodels.stream.consumer import Consumer
from packprod.readmodels.stream.state import stream_state
from packprod.readmodels.stream.sweep import dirty_buckets, dirty_state
from reports.health import checks
from tests.packprod.readmodels.conftest import CacheRow
from tests.packprod.readmodels.foreign_writer import ForeignWriter

AHEAD = [timedelta(seconds=2), timedelta(minutes=2), timedelta(hours=3), timedelta(days=400)]


@pytest.fixture
def marked_ahead(writer: ForeignWriter, caught_up: Callable[..., None], now: datetime) -> Callable[[timedelta], None]:
    """An order of ann's whose summary was marked dirty by a consumer whose clock is ahead; nobody has been woken."""

    def mark(ahead: timedelta) -> None:
        caught_up()
        order = writer.put("1", contact="ann", total="5")
        consumer = Consumer(owner="ahead", clock=lambda: now + ahead, send=lambda ids: None)
        while consumer.step():
            pass
        consumer.close()
        project([order], now=now + ahead)

    return mark


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_a_mark_of_the_future_is_dirty_and_swept(
    ahead: timedelta,
    marked_ahead: Callable[[timedelta], None],
    cached: CacheRow,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marked_ahead(ahead)
    assert cached("ann") is None
    assert not is_caught_up(now=now)
    assert dirty_state().count > 0
    assert dirty_state().ahead(now=now) == ahead
    monkeypatch.setattr(tasks, "utc_now", lambda: now)
    monkeypatch.setattr(tasks, "wake_workers", lambda ids: tasks.summarise_buckets(sorted(ids)) if ids else None)
    tasks.sweep_dirty()
    assert cached("ann") is not None
    assert list(dirty_buckets(now=now)) == []
    assert is_caught_up(now=now)
    assert verify(settle=0) == []


def test_health_says_whose_clock_is_wrong(marked_ahead: Callable[[timedelta], None], now: datetime) -> None:
    marked_ahead(timedelta(hours=1))
    check = checks.dirty_check(dirty_state(), now=now)
    assert (check.state, "clock" in check.todo) == ("amber", True)
    catch_up(clock=lambda: now)
    assert checks.dirty_check(dirty_state(), now=now).state == "green"


@pytest.fixture
def monotonic(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    """Lets our own stopwatch run ahead; the wall clock stands still."""
    passed = [0.0]
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + passed[0])
    yield lambda seconds: passed.__setitem__(0, passed[0] + seconds)
    for row in ShardLease.scan():
        row.update(actions=[ShardLease.owner.remove(), ShardLease.expires_at.remove()])


@pytest.mark.parametrize("ahead", AHEAD[1:], ids=str)
def test_the_lease_of_a_dead_consumer_whose_clock_was_ahead_is_taken_over(
    ahead: timedelta,
    writer: ForeignWriter,
    caught_up: Callable[..., None],
    now: datetime,
    monotonic: Callable[[float], None],
) -> None:
    caught_up()
    dead = Consumer(owner="dead", clock=lambda: now + ahead, send=lambda ids: None)
    dead.step()
    writer.put("1", contact="ann")
    successor = Consumer(owner="successor", clock=lambda: now, send=lambda ids: None)
    assert successor.step() == 0
    state = stream_state(now=now)
    assert state.is_clock_ahead
    assert checks.stream_check(state, now=now).state == "amber"
    monotonic(LEASE_MILLISECONDS / 1000 - 1)
    assert successor.step() == 0
    monotonic(3)
    assert successor.step() == 1
    assert not stream_state(now=now).has_unread


def test_a_consumer_that_is_ahead_and_alive_keeps_its_lease(
    writer: ForeignWriter, caught_up: Callable[..., None], now: datetime, monotonic: Callable[[float], None]
) -> None:
    caught_up()
    seconds = iter(range(100_000))
    ahead = Consumer(
        owner="ahead", clock=lambda: now + timedelta(hours=1, seconds=next(seconds)), send=lambda ids: None
    )
    behind = Consumer(owner="behind", clock=lambda: now, send=lambda ids: None)
    for _ in range(8):
        ahead.step()
        behind.step()
        monotonic(2)
    arn = stream_arn(source().table)
    held = {leases.holding(arn, shard.shard_id) for shard in list_shards(arn)}
    assert {one[0] for one in held if one} == {"ahead"}


@pytest.mark.parametrize(("ahead", "is_alive"), [(0, True), (1, True), (5, False), (60 * 24 * 400, False)])
def test_the_marker_of_a_rebuild_by_a_clock_ahead_does_not_live_for_ever(
    ahead: int, is_alive: bool, client_id: str, now: datetime
) -> None:
    run = Rebuild(now=now + timedelta(minutes=ahead))
    alive, dead = unfinished_rebuilds(now=now)
    assert (len(alive), len(dead)) == ((1, 0) if is_alive else (0, 1))
    run.finish()
