"""Every race of design rule 2, made to happen each time: right with its guard, wrong with its guard taken out.

A test that passed without the guard would prove nothing, so each runs both ways.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from packprod.dynamodb import reads
from packprod.dynamodb.errors import TransactionCancelled
from packprod.dynamodb.reads import Partition, query_all
from packprod.readmodels import commit, projection, summary
from packprod.readmodels.projection import derivation_id, project
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.summary import mark, summarise
from packprod.readmodels.tables import Derivation, Projection
from tests.packprod.readmodels.conftest import CacheRow, Follow, summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.pausing import overtaken
from tests.packprod.readmodels.stored import dirty, snapshot, stored

BucketOf = Callable[[str], str]
both_ways = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard taken out"])


def without_version_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever commits last wins."""
    monkeypatch.setattr(commit, "_unmoved", lambda plan: None)


def without_request_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dirt is cleared whether or not it was seen; the version still guards."""
    monkeypatch.setattr(commit, "_unmoved", lambda plan: commit._at_version(plan.state))


def orders_of(cached: CacheRow, contact: str) -> tuple[int, Decimal] | None:
    row = cached(contact)
    return (row["orderCount"], row["totalSpend"]) if row else None


@both_ways
def test_a_projector_that_read_an_older_order_cannot_write_last(
    guarded: bool,
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    follow: Follow,
    cached: CacheRow,
    now: datetime,
) -> None:
    if not guarded:
        without_version_guard(monkeypatch)
    follow(writer.put("1", total=Decimal(5)))
    order = writer.put("1", total=Decimal(10))
    with overtaken(monkeypatch, projection, "batch_get", lambda: project([order], now=now)):
        follow(writer.put("1", total=Decimal(20)))
    summarise_dirty(now)
    assert orders_of(cached, "ann") == (1, Decimal(20 if guarded else 10))
    assert (verify(settle=0) == []) is guarded


@both_ways
def test_a_projector_that_read_the_old_contact_cannot_bring_the_order_back(
    guarded: bool,
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    follow: Follow,
    cached: CacheRow,
    now: datetime,
) -> None:
    if not guarded:
        without_version_guard(monkeypatch)
    order = writer.put("1", contact="ann")
    with overtaken(monkeypatch, projection, "batch_get", lambda: project([order], now=now)):
        follow(writer.put("1", contact="bob"))
    summarise_dirty(now)
    assert orders_of(cached, "bob") == (1, Decimal(10))
    assert orders_of(cached, "ann") == (None if guarded else (1, Decimal(10)))


@both_ways
def test_a_late_retry_cannot_revive_a_deleted_order(
    guarded: bool,
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    follow: Follow,
    cached: CacheRow,
    now: datetime,
) -> None:
    if not guarded:
        without_version_guard(monkeypatch)
    order = writer.put("1")
    with overtaken(monkeypatch, projection, "batch_get", lambda: project([order], now=now)):
        follow(order)
        follow(writer.delete("1"))
    summarise_dirty(now)
    assert orders_of(cached, "ann") == (None if guarded else (1, Decimal(10)))


@both_ways
def test_the_tombstone_is_what_stops_a_retry_that_saw_no_state_at_all(
    guarded: bool,
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    follow: Follow,
    cached: CacheRow,
    now: datetime,
) -> None:
    """The version condition is in force both ways: without the state row it has nothing to compare with."""
    order = writer.put("1")
    with overtaken(monkeypatch, projection, "batch_get", lambda: project([order], now=now)):
        follow(order)
        follow(writer.delete("1"))
        if not guarded:
            Derivation(derivation_id(order)).delete()
    summarise_dirty(now)
    assert orders_of(cached, "ann") == (None if guarded else (1, Decimal(10)))


def test_a_tombstone_lasts_a_week_and_ends_when_the_order_returns(
    writer: ForeignWriter, client_id: str, follow: Follow, now: datetime
) -> None:
    follow(writer.put("1"))
    order = writer.delete("1")
    follow(order)
    key = (derivation_id(order),)
    assert stored(Derivation, client_id)[key]["ttl"] == int(now.timestamp()) + 7 * 86_400
    follow(writer.put("1"))
    assert "ttl" not in stored(Derivation, client_id)[key]
    assert verify(settle=0) == []


@both_ways
def test_a_summariser_that_read_fewer_rows_cannot_write_last(
    guarded: bool,
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    follow: Follow,
    cached: CacheRow,
    customer_bucket: BucketOf,
    now: datetime,
) -> None:
    if not guarded:
        without_version_guard(monkeypatch)
    project([writer.put("1")], now=now)
    with overtaken(monkeypatch, summary, "read_rows", lambda: summarise([customer_bucket("ann")], now=now)):
        follow(writer.put("2"))
        assert orders_of(cached, "ann") == (2, Decimal(20))
    assert orders_of(cached, "ann") == ((2, Decimal(20)) if guarded else (1, Decimal(10)))


@both_ways
def test_a_mark_that_arrives_while_the_summary_is_computed_is_not_cleared(
    guarded: bool,
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    client_id: str,
    cached: CacheRow,
    customer_bucket: BucketOf,
    now: datetime,
) -> None:
    """Without the guard nothing is left that would tell a sweep that the summary lacks an order."""
    if not guarded:
        without_request_guard(monkeypatch)
    project([writer.put("1")], now=now)
    with overtaken(monkeypatch, summary, "read_rows", lambda: summarise([customer_bucket("ann")], now=now)):
        project([writer.put("2")], now=now)
    assert orders_of(cached, "ann") == ((2, Decimal(20)) if guarded else (1, Decimal(10)))
    assert customer_bucket("ann") not in dirty(client_id)


@both_ways
def test_a_summary_reads_strongly(
    guarded: bool,
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    client_id: str,
    follow: Follow,
    cached: CacheRow,
    customer_bucket: BucketOf,
    now: datetime,
) -> None:
    """An eventually consistent read may show yesterday, as a GSI does: here it always does."""
    follow(writer.put("1"))
    ann = Partition(Projection, hash=("bucket", customer_bucket("ann")))
    yesterday = list(query_all(ann, consistent=True))

    def lagging(partition: Partition, *, consistent: bool = False, **options: Any) -> Any:
        lags = partition == ann and not (consistent and guarded)
        return iter(yesterday) if lags else query_all(partition, consistent=True, **options)

    monkeypatch.setattr(summary, "query_all", lagging)
    follow(writer.put("2"))
    assert orders_of(cached, "ann") == ((2, Decimal(20)) if guarded else (1, Decimal(10)))
    assert customer_bucket("ann") not in dirty(client_id)


def test_a_hail_of_marks_cannot_starve_a_bucket(
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    client_id: str,
    cached: CacheRow,
    customer_bucket: BucketOf,
    now: datetime,
) -> None:
    """Each read is followed by a new mark: after a few attempts the summary is published, the dirt stays."""
    read_rows = summary.read_rows

    def under_hail(bucket: str) -> Any:
        rows = read_rows(bucket)
        mark(bucket, now=now)
        return rows

    project([writer.put("1")], now=now)
    monkeypatch.setattr(summary, "read_rows", under_hail)
    summarise([customer_bucket("ann")], now=now)
    assert orders_of(cached, "ann") == (1, Decimal(10))
    assert customer_bucket("ann") in dirty(client_id)


def test_a_derivation_that_loses_every_race_gives_up_and_says_so(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, now: datetime
) -> None:
    order = writer.put("1")
    batch_get = reads.batch_get

    def overtaking(*args: Any, **kwargs: Any) -> Any:
        found = batch_get(*args, **kwargs)
        Derivation(derivation_id(order)).update(actions=[Derivation.version.add(1)])
        return found

    monkeypatch.setattr(projection, "batch_get", overtaking)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with pytest.raises(TransactionCancelled):
        project([order], now=now)


def test_a_lost_race_holds_up_no_neighbour(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, follow: Follow, cached: CacheRow
) -> None:
    """Three orders share a transaction; one of them is overtaken."""
    ids = [writer.put(name, contact=name) for name in ("ann", "bob", "cat")]
    with overtaken(monkeypatch, projection, "batch_get", lambda: follow(ids)):
        follow(writer.put("bob", contact="bob", total=Decimal(99)))
    assert [orders_of(cached, name) for name in ("ann", "bob", "cat")] == [
        (1, Decimal(10)),
        (1, Decimal(99)),
        (1, Decimal(10)),
    ]


def test_repeating_says_nothing_new(writer: ForeignWriter, client_id: str, follow: Follow, now: datetime) -> None:
    """Not even when it was derived."""
    order = writer.put("1")
    follow([order, order])
    before = snapshot(client_id)
    assert project([order], now=now) == set()
    follow(order, at=now + timedelta(hours=1))
    assert snapshot(client_id) == before
    assert dirty(client_id) == set()
