"""The stream consumer: nothing is lost or counted twice, whatever ends it and wherever."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from customers.read_model import CUSTOMERS
from orders.order import Order
from packprod.dynamodb import leases, streams
from packprod.dynamodb.errors import IteratorExpired, RecordsTrimmed
from packprod.dynamodb.leases import LEASE_MILLISECONDS, LeaseView, ShardLease
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.reads import get
from packprod.dynamodb.streams import Batch, Record, Shard
from packprod.errors import EngineUnavailable
from packprod.readmodels import projection, registry
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.rebuilding import rebuild_if_due
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import source
from packprod.readmodels.stream import consumer as consumer_module
from packprod.readmodels.stream import shard_reader, table_reader
from packprod.readmodels.stream.catching_up import is_caught_up
from packprod.readmodels.stream.consumer import Consumer
from packprod.readmodels.stream.dead_letters import bury, dead_letters, replay
from packprod.readmodels.tables import DeadLetter
from tests.packprod.readmodels.conftest import CacheRow, summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.stored import snapshot

LONGER_THAN_A_LEASE = timedelta(milliseconds=LEASE_MILLISECONDS + 1)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Killed(BaseException):
    """Stands for kill -9: nothing in the product catches it, nothing is tidied up."""


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def consumer(clock: Clock, client_id: str, caught_up: Callable[[], None]) -> Iterator[Callable[[str], Consumer]]:
    """Consumers by their owner's name, at the end of a stream that has records; a wake-up wakes for all."""
    ForeignWriter("nobody").put(client_id)
    caught_up()
    yield lambda owner: Consumer(owner=owner, clock=clock, send=lambda ids: summarise_dirty(clock()))
    for row in ShardLease.scan():
        row.update(actions=[ShardLease.owner.remove(), ShardLease.expires_at.remove()])


def poison(monkeypatch: pytest.MonkeyPatch, order_id: str, error: Exception) -> list[str]:
    """Makes the customers' read model raise for one order; the list grows with each time it did."""
    raised: list[str] = []

    def project(order: Order) -> Any:
        if order.order_id == order_id:
            raised.append(order_id)
            raise error
        return CUSTOMERS.project(order)

    monkeypatch.setitem(registry._models, CUSTOMERS.name, replace(CUSTOMERS, project=project))
    return raised


def the_lease() -> LeaseView:
    [lease] = leases.read_leases(stream_arn(source().table)).values()
    return lease


@pytest.fixture
def letters(client_id: str) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """This client's dead letters, if any; gone after the test."""
    yield lambda: [letter for letter in dead_letters() if letter["sourceID"].startswith(client_id)]
    for letter in list(dead_letters()):
        DeadLetter(letter["letterID"]).delete()


def test_a_consumer_follows_and_says_how_much_it_read(
    consumer: Callable[[str], Consumer], writer: ForeignWriter, cached: CacheRow
) -> None:
    reader = consumer("a")
    assert reader.step() == 0
    writer.put("1")
    writer.put("2")
    assert reader.step() == 2
    row = cached("ann")
    assert row is not None
    assert row["orderCount"] == 2


def test_what_somebody_else_has_projected_already_wakes_all_the_same(
    consumer: Callable[[str], Consumer], clock: Clock, writer: ForeignWriter
) -> None:
    """A request for a customer who is not stored yet projects the orders before the stream tells of them."""
    woken: set[str] = set()
    reader = Consumer(owner="a", clock=clock, send=woken.update)
    order = writer.put("1")
    touched = project([order], now=clock())
    reader.step()
    time.sleep(1.1)
    reader.step()
    assert touched
    assert touched <= woken
    summarise_dirty(clock())


def test_a_consumer_whose_checkpoint_is_gone_writes_it_again(
    consumer: Callable[[str], Consumer], clock: Clock, writer: ForeignWriter
) -> None:
    """The table of leases was dropped while it ran: nothing is unread, although no further order comes."""
    reader = consumer("a")
    writer.put("1")
    reader.step()
    reader.step()
    assert is_caught_up(now=clock())
    for row in ShardLease.scan():
        row.delete()
    clock.now += LONGER_THAN_A_LEASE
    reader.step()
    assert the_lease().checkpoint is not None
    assert is_caught_up(now=clock())


def test_killed_between_hand_over_and_checkpoint_the_records_are_read_again_and_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    client_id: str,
    clock: Clock,
    cached: CacheRow,
) -> None:
    before = the_lease().checkpoint
    writer.put("1")
    with monkeypatch.context() as patch:
        patch.setattr(leases, "checkpoint", _killed)
        with pytest.raises(Killed):
            consumer("killed").step()
    assert the_lease().checkpoint == before
    projected = snapshot(client_id)["Projection"]
    assert projected
    clock.now += LONGER_THAN_A_LEASE
    successor = consumer("successor")
    assert successor.step() == 1
    assert the_lease().checkpoint != before
    assert projected.items() <= snapshot(client_id)["Projection"].items()
    assert cached("ann") is not None  # the wake-up died with the first; the successor wakes for what it finds projected


def _killed(*args: Any, **kwargs: Any) -> None:
    raise Killed


def test_killed_before_the_hand_over_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    clock: Clock,
    cached: CacheRow,
) -> None:
    writer.put("1")
    with monkeypatch.context() as patch:
        patch.setattr(consumer_module, "project", _killed)
        with pytest.raises(Killed):
            consumer("killed").step()
    clock.now += LONGER_THAN_A_LEASE
    consumer("successor").step()
    summarise_dirty(clock())
    assert cached("ann") is not None
    assert verify(settle=0) == []


def test_the_whole_stream_read_again_changes_no_byte(
    consumer: Callable[[str], Consumer], writer: ForeignWriter, client_id: str
) -> None:
    for name, changes in (("1", {}), ("2", {"contact": "bob"}), ("1", {"total": 99}), ("2", {"contact": "ann"})):
        writer.put(name, **changes)
    writer.delete("2")
    reader = consumer("a")
    reader.step()
    before = snapshot(client_id)
    reader.close()
    for row in ShardLease.scan():
        row.update(actions=[ShardLease.checkpoint.remove()])
    while consumer("a").step():
        pass
    assert snapshot(client_id) == before


def test_records_of_other_clients_are_skipped(
    monkeypatch: pytest.MonkeyPatch, consumer: Callable[[str], Consumer], writer: ForeignWriter
) -> None:
    projected: list[str] = []
    project = projection.project
    monkeypatch.setattr(consumer_module, "project", lambda ids, now, wakes: project(_noted(ids, projected), now=now))
    mine = writer.put("mine")
    writer.put("theirs", clientID="somebody else")
    assert consumer("a").step() == 2
    assert projected == [mine]


def _noted(ids: Any, noted: list[str]) -> list[str]:
    noted += (found := list(ids))
    return found


def test_a_poison_record_is_buried_after_five_tries_and_its_neighbours_go_on(
    monkeypatch: pytest.MonkeyPatch,
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    cached: CacheRow,
    letters: Callable[[], list[dict[str, Any]]],
    now: datetime,
) -> None:
    writer.put("before", contact="ann")
    order = writer.put("poison", contact="bob")
    writer.put("behind", contact="cat")
    with monkeypatch.context() as patch:
        raised = poison(patch, order, RuntimeError("a bug of ours"))
        consumer("a").step()
    assert len(raised) == 2 + consumer_module.MAX_ATTEMPTS  # among its neighbours, apart from them, then by itself
    assert [cached(name) is not None for name in ("ann", "bob", "cat")] == [True, False, True]
    [letter] = letters()
    assert (letter["sourceID"], letter["reason"]) == (order, "RuntimeError: a bug of ours")
    record = get(DeadLetter, letter["letterID"])
    assert record is not None
    assert order in record["record"]
    summarise_dirty(now)
    assert is_caught_up(now=now)

    assert replay(now=now).count == 1
    summarise_dirty(now)
    assert letters() == []
    assert cached("bob") is not None
    assert verify(settle=0) == []


def test_a_letter_that_fails_again_is_kept_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    letters: Callable[[], list[dict[str, Any]]],
    cached: CacheRow,
    now: datetime,
) -> None:
    with monkeypatch.context() as patch:
        poison(patch, writer.put("poison", contact="bob"), RuntimeError("a bug"))
        consumer("a").step()
    for number in range(3):  # letters before and behind it, in whatever order the table gives them
        order = writer.put(f"fine-{number}", contact=f"fine-{number}")
        record = Record(f"{number}", old=None, new={"orderID": order}, raw={"dynamodb": {}})
        bury(record, source_id=order, reason="mended since", now=now)
    poison(monkeypatch, writer.order_id("poison"), RuntimeError("still a bug"))
    replayed = replay(now=now)
    summarise_dirty(now)
    [letter] = letters()
    assert (replayed.count, replayed.failures) == (3, {letter["letterID"]: "RuntimeError: still a bug"})
    assert letter["reason"] == "RuntimeError: still a bug"
    assert [cached(f"fine-{number}") is not None for number in range(3)] == [True, True, True]
    assert replay(now=now, letter_id="another").count == 0
    assert replay(now=now, letter_id=letter["letterID"]).failures


def test_a_poison_record_as_large_as_a_row_can_be_is_buried_too(
    monkeypatch: pytest.MonkeyPatch,
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    letters: Callable[[], list[dict[str, Any]]],
) -> None:
    """Its old and new image are larger together than what one row can hold."""
    note = "".join(chr(0x4E00 + number % 20_000) for number in range(120_000))  # 360 KB, hard to compress
    order = writer.put("poison", contact="bob", note=note)
    writer.put("poison", contact="bob", note=note[::-1])
    writer.put("behind")
    poison(monkeypatch, order, RuntimeError("a bug of ours"))
    assert consumer("a").step() == 3
    assert {letter["sourceID"] for letter in letters()} == {order}


def test_an_outage_is_no_poison(
    monkeypatch: pytest.MonkeyPatch,
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    cached: CacheRow,
    letters: Callable[[], list[dict[str, Any]]],
) -> None:
    order = writer.put("1")
    reader, before = consumer("a"), the_lease().checkpoint
    with monkeypatch.context() as patch:
        poison(patch, order, EngineUnavailable("away"))
        for _ in range(2 * consumer_module.MAX_ATTEMPTS):
            with pytest.raises(EngineUnavailable):
                reader.step()
    assert (letters(), the_lease().checkpoint) == ([], before)
    assert reader.step() == 1
    assert cached("ann") is not None


def test_an_outage_among_the_single_tries_is_no_poison_either(
    monkeypatch: pytest.MonkeyPatch,
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    letters: Callable[[], list[dict[str, Any]]],
) -> None:
    """The batch fails for a bug, and while its records are tried one by one the engine goes away."""
    writer.put("1")
    failures = iter([RuntimeError("a bug"), EngineUnavailable("away")])

    def failing(*args: Any, **kwargs: Any) -> Any:
        raise next(failures)

    reader, before = consumer("a"), the_lease().checkpoint
    with monkeypatch.context() as patch:
        patch.setattr(consumer_module, "project", failing)
        with pytest.raises(EngineUnavailable):
            reader.step()
    assert (letters(), the_lease().checkpoint) == ([], before)
    assert reader.step() == 1


def test_a_second_consumer_waits_for_the_lease_and_goes_on_at_the_checkpoint(
    consumer: Callable[[str], Consumer], writer: ForeignWriter, clock: Clock, cached: CacheRow
) -> None:
    first, second = consumer("first"), consumer("second")
    writer.put("1")
    assert (first.step(), second.step()) == (1, 0)
    writer.put("2")
    assert second.step() == 0
    clock.now += LONGER_THAN_A_LEASE
    assert second.step() == 1  # not 2: the first record was handed over
    row = cached("ann")
    assert row is not None
    assert row["orderCount"] == 2
    writer.put("3")
    assert (first.step(), second.step()) == (0, 1)


def test_a_consumer_that_leaves_hands_over_at_once(consumer: Callable[[str], Consumer], writer: ForeignWriter) -> None:
    first, second = consumer("first"), consumer("second")
    first.step()
    writer.put("1")
    first.close()
    assert second.step() == 1


def test_a_consumer_that_lost_its_lease_while_handing_over_does_not_move_the_checkpoint(
    monkeypatch: pytest.MonkeyPatch, consumer: Callable[[str], Consumer], writer: ForeignWriter, clock: Clock
) -> None:
    """It slept too long; its successor has already read on."""
    first, second = consumer("first"), consumer("second")
    project = projection.project
    writer.put("1")

    def overslept(ids: Any, *, now: datetime, wakes: bool) -> set[str]:
        monkeypatch.setattr(consumer_module, "project", project)
        clock.now += LONGER_THAN_A_LEASE
        writer.put("2")
        assert second.step() == 2
        return project(ids, now=now)

    monkeypatch.setattr(consumer_module, "project", overslept)
    assert first.step() == 0
    checkpoint = the_lease().checkpoint
    writer.put("3")
    assert (first.step(), second.step()) == (0, 1)
    assert the_lease().checkpoint != checkpoint
    summarise_dirty(clock())
    assert verify(settle=0) == []


def once(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    """Makes the next call of a function of the shard reader raise."""
    original = getattr(shard_reader, name)

    def failing(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(shard_reader, name, original)
        raise error

    monkeypatch.setattr(shard_reader, name, failing)


def test_an_expired_iterator_is_asked_for_anew(
    monkeypatch: pytest.MonkeyPatch, consumer: Callable[[str], Consumer], writer: ForeignWriter
) -> None:
    reader = consumer("a")
    reader.step()
    writer.put("1")
    once(monkeypatch, "read_batch", IteratorExpired("15 minutes old"))
    assert [reader.step(), reader.step()] == [0, 1]


@pytest.mark.parametrize("seam", ["open_shard", "read_batch"])
def test_trimmed_records_ask_for_a_rebuild_which_makes_up_for_them(
    seam: str,
    monkeypatch: pytest.MonkeyPatch,
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    cached: CacheRow,
    now: datetime,
) -> None:
    writer.put("read before")
    reader = consumer("a")
    reader.step()
    reader.close()
    once(monkeypatch, seam, RecordsTrimmed("24 hours"))
    assert consumer("a").step() == 0
    assert the_lease() == LeaseView(checkpoint=None, finished=False, trimmed=True)
    writer.put("lost", contact="bob")
    assert cached("bob") is None
    assert rebuild_if_due(now=now)
    assert cached("bob") is not None
    assert verify(settle=0) == []
    assert not the_lease().trimmed
    assert not rebuild_if_due(now=now)


def test_the_first_record_of_a_stream_is_no_alarm(
    monkeypatch: pytest.MonkeyPatch, consumer: Callable[[str], Consumer], writer: ForeignWriter, now: datetime
) -> None:
    """DynamoDB Local calls an iterator opened on an empty stream trimmed once other tables were written."""
    arn = stream_arn(source().table)
    for shard in streams.list_shards(arn):
        ShardLease(leases.lease_id(arn, shard.shard_id)).delete()
    once(monkeypatch, "read_batch", RecordsTrimmed("an iterator at 1, the first record at 4"))
    reader = consumer("a")
    writer.put("1")
    assert reader.step() == 0
    assert not the_lease().trimmed
    while reader.step():
        pass
    summarise_dirty(now)
    assert verify(settle=0) == []


def test_a_shard_that_vanished_before_it_was_read_to_its_end_asks_for_a_rebuild(
    monkeypatch: pytest.MonkeyPatch, consumer: Callable[[str], Consumer], now: datetime
) -> None:
    """A consumer that was down for more than a day: the engine no longer even lists the old shards."""
    arn = stream_arn(source().table)
    ShardLease(leases.lease_id(arn, "old"), checkpoint="41").save()
    ShardLease(leases.lease_id(arn, "read to its end"), checkpoint="42", finished=True).save()
    try:
        consumer("a").step()
        assert leases.read_leases(arn)["old"].trimmed
        assert not leases.read_leases(arn)["read to its end"].trimmed
        assert rebuild_if_due(now=now)
        consumer("b").step()
        assert not rebuild_if_due(now=now)
    finally:
        for name in ("old", "read to its end"):
            ShardLease(leases.lease_id(arn, name)).delete()


def test_a_finished_shard_makes_way_for_its_children(
    monkeypatch: pytest.MonkeyPatch, consumer: Callable[[str], Consumer], writer: ForeignWriter
) -> None:
    """The engine here has one shard for ever; its end and its child are played."""
    arn = stream_arn(source().table)
    [parent] = streams.list_shards(arn)
    child = Shard("child of the test", parent.shard_id)
    read_batch, opened = streams.read_batch, []

    def at_its_end(iterator: str, *, limit: int) -> Any:
        return replace(read_batch(iterator, limit=limit), next_iterator=None)

    monkeypatch.setattr(table_reader, "list_shards", lambda arn: [child, parent])
    monkeypatch.setattr(shard_reader, "read_batch", at_its_end)
    try:
        writer.put("1")
        reader = consumer("a")
        assert reader.step() == 1
        monkeypatch.setattr(shard_reader, "open_shard", lambda arn, shard_id, after: opened.append(shard_id))
        monkeypatch.setattr(shard_reader, "read_batch", lambda iterator, limit: Batch([], next_iterator="more"))
        reader.step()
        assert opened == [child.shard_id]
    finally:
        ShardLease(leases.lease_id(arn, child.shard_id)).delete()
        ShardLease(leases.lease_id(arn, parent.shard_id)).update(actions=[ShardLease.finished.remove()])


def test_a_shard_with_nothing_new_writes_no_checkpoint(
    monkeypatch: pytest.MonkeyPatch, consumer: Callable[[str], Consumer]
) -> None:
    """An empty page comes four times a second."""
    reader = consumer("a")
    reader.step()
    monkeypatch.setattr(leases, "checkpoint", _killed)
    assert [reader.step() for _ in range(3)] == [0, 0, 0]


def test_two_clients_on_the_same_tables_take_no_record_from_each_other(
    consumer: Callable[[str], Consumer],
    writer: ForeignWriter,
    client_id: str,
    cached: CacheRow,
    settings: Settings,
) -> None:
    writer.put("1")
    settings.PACKPROD_CLIENT_ID = f"{client_id}-the-other"
    other = consumer("the other's")
    assert other.step() > 0
    other.close()
    settings.PACKPROD_CLIENT_ID = client_id
    assert consumer("a").step() == 1
    assert cached("ann") is not None
