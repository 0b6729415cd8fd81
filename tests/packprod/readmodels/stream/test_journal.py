"""The journal is written before the checkpoint moves, and a journal that fails holds up nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from orders.timeline import journal as order_journal
from orders.timeline.selectors import order_events
from packprod.dynamodb import leases
from packprod.dynamodb.leases import ShardLease
from packprod.dynamodb.provisioning import stream_arn
from packprod.errors import EngineUnavailable
from packprod.readmodels.registry import source
from packprod.readmodels.stream import consumer as consumer_module
from packprod.readmodels.stream import journal
from packprod.readmodels.stream.consumer import Consumer
from tests.packprod.readmodels.conftest import CacheRow, summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter


@pytest.fixture
def consumer(writer: ForeignWriter, now: datetime, caught_up: Callable[[], None]) -> Iterator[Consumer]:
    writer.put("start")
    caught_up()
    yield Consumer(owner="a", clock=lambda: now, send=lambda ids: summarise_dirty(now))
    for row in ShardLease.scan():
        row.update(actions=[ShardLease.owner.remove(), ShardLease.expires_at.remove()])


def checkpoint() -> str | None:
    [lease] = leases.read_leases(stream_arn(source().table)).values()
    return lease.checkpoint


def kinds(order_id: str) -> list[str]:
    return [event.kind for event in order_events(order_id, limit=50).items]


def test_the_engine_goes_away_before_the_journal_is_written(
    consumer: Consumer, writer: ForeignWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(records: Any) -> None:
        raise EngineUnavailable("away")

    before = checkpoint()
    order = writer.put("1")
    with monkeypatch.context() as outage:
        outage.setattr(consumer_module, "write_journal", away)
        with pytest.raises(EngineUnavailable):
            consumer.step()
    assert checkpoint() == before
    assert kinds(order) == []
    assert consumer.step() == 1
    assert kinds(order) == ["created"]


def test_many_changes_of_one_order_in_one_read(consumer: Consumer, writer: ForeignWriter) -> None:
    for total in range(60):
        order = writer.put("1", total=total)
    consumer.step()
    assert kinds(order) == ["changed"] * 50
    assert order_events(order, limit=100).items[-1].kind == "created"


@pytest.mark.parametrize("where", ["making it", "writing it"])
def test_an_entry_that_fails_is_left_out_and_its_neighbours_are_not(
    where: str, consumer: Consumer, writer: ForeignWriter, monkeypatch: pytest.MonkeyPatch, cached: CacheRow
) -> None:
    poison = writer.order_id("poison")

    def failing(record: Any) -> Any:
        row = order_journal.order_event(record)
        if row and row.order_id == poison:
            if where == "making it":
                raise ValueError("a bug")
            row.event_id = "x" * 2000  # longer than the engine takes
        return row

    monkeypatch.setattr(journal, "_entries", [failing])
    writer.put("poison")
    neighbour = writer.put("neighbour")
    before = checkpoint()
    assert consumer.step() == 2
    assert checkpoint() != before
    assert (kinds(poison), kinds(neighbour)) == ([], ["created"])
    row = cached("ann")
    assert row is not None
    assert row["orderCount"] == 3
