"""What one call can take: summaries beside those they feed, rows beyond one transaction, one that cannot be derived."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.read_model import CUSTOMERS
from packprod.errors import EngineUnavailable
from packprod.readmodels import commit, registry
from packprod.readmodels.plan import read_states
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import Bucket, summary_bucket
from packprod.readmodels.summary import mark, summarise
from packprod.readmodels.tables import Derivation
from tests.packprod.readmodels.conftest import CacheRow, Follow, summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.stored import dirty, snapshot, stored

BucketOf = Callable[[str], str]


def test_a_summary_and_those_it_feeds_are_summarised_in_one_call(
    writer: ForeignWriter, client_id: str, follow: Follow, now: datetime
) -> None:
    """A sweep may find them dirty together; no transaction may name the state of either twice."""
    follow([writer.put("1", contact="ann"), writer.put("2", contact="bob")])
    every_summary = [one for [one] in stored(Derivation, client_id) if summary_bucket(one)]
    levels = {one.partition("#")[0] for one in every_summary}
    assert {"customer", "population-shard", "population", "day", "month", "all-time"} <= levels
    summarise(every_summary, now=now, force=True)
    summarise_dirty(now)
    assert verify(settle=0) == []


def products(count: int, *, prefix: str) -> list[dict[str, Any]]:
    return [
        {"productCode": f"{prefix}-{number:03d}", "quantity": 1, "unitPrice": Decimal("0.10")}
        for number in range(count)
    ]


def test_an_order_of_more_products_than_a_transaction_takes(
    writer: ForeignWriter, client_id: str, follow: Follow, cached: CacheRow
) -> None:
    """And it changes to as many others, and goes."""
    follow(writer.put("1", total=None, items=products(60, prefix="A")))
    assert verify(settle=0) == []
    follow(writer.put("1", total=None, items=products(55, prefix="B")))
    row = cached("ann")
    assert row is not None
    assert row["totalSpend"] == Decimal("5.50")
    assert verify(settle=0) == []
    follow(writer.delete("1"))
    assert all(rows == {} for rows in snapshot(client_id).values())


def test_a_wide_order_that_is_overtaken_half_way_is_derived_again(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, now: datetime
) -> None:
    """Between its parts another worker writes the order's newer state."""
    order = writer.put("1", total=None, items=products(60, prefix="A"))
    mark_operations = commit.mark_operations
    overtaken: list[bool] = []

    def overtaking(*args: Any, **kwargs: Any) -> Any:
        if not overtaken:
            overtaken.append(True)
            writer.put("1", total=None, items=products(3, prefix="B"))
            project([order], now=now)
        return mark_operations(*args, **kwargs)

    monkeypatch.setattr(commit, "mark_operations", overtaking)
    project([order], now=now)
    assert overtaken
    summarise_dirty(now)
    assert verify(settle=0) == []


class Killed(BaseException):
    """Stands for kill -9."""


def test_a_wide_order_whose_worker_is_killed_half_way_is_finished_by_the_next(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, now: datetime
) -> None:
    order = writer.put("1", total=None, items=products(60, prefix="A"))
    mark_operations, calls = commit.mark_operations, []

    def killed(*args: Any, **kwargs: Any) -> Any:
        calls.append(True)
        if len(calls) == 3:
            raise Killed
        return mark_operations(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(commit, "mark_operations", killed)
        with pytest.raises(Killed):
            project([order], now=now)
    project([order], now=now)
    summarise_dirty(now)
    assert verify(settle=0) == []


def test_a_customer_whose_every_word_changes(writer: ForeignWriter, follow: Follow, cached: CacheRow) -> None:
    """Sixty search entries go and sixty come: more than one transaction takes."""
    for letter in "ab":
        name = " ".join(f"{letter}{number:02d}" for number in range(60))
        follow(writer.put("1", customer={"name": name, "email": f"{letter}@example.com"}))
        row = cached("ann")
        assert row is not None
        assert row["name"] == name
        assert verify(settle=0) == []


def poison_summary(monkeypatch: pytest.MonkeyPatch, contact_id: str, error: Exception) -> None:
    """Makes the customers' read model raise for one customer."""
    customers = CUSTOMERS.summarise
    assert customers is not None

    def raising(bucket: Bucket, rows: Any, now: datetime) -> Any:
        if bucket.key == contact_id:
            raise error
        return customers(bucket, rows, now)

    monkeypatch.setitem(registry._models, CUSTOMERS.name, replace(CUSTOMERS, summarise=raising))


def test_a_summary_that_cannot_be_derived_holds_up_no_neighbour(
    monkeypatch: pytest.MonkeyPatch,
    writer: ForeignWriter,
    client_id: str,
    cached: CacheRow,
    customer_bucket: BucketOf,
    now: datetime,
) -> None:
    """It stays dirty, so that the sweep tries again, and is derived once the bug is mended."""
    names = [f"{number:02d}" for number in range(30)]
    project([writer.put(name, contact=name) for name in names], now=now)
    with monkeypatch.context() as patch:
        poison_summary(patch, writer.contact_id("07"), RuntimeError("a bug of ours"))
        with pytest.raises(RuntimeError, match="a bug of ours"):
            summarise([customer_bucket(name) for name in names], now=now)
    assert [name for name in names if cached(name) is None] == ["07"]
    assert customer_bucket("07") in dirty(client_id)
    summarise_dirty(now)
    assert cached("07") is not None


def test_an_outage_ends_a_summary_at_once_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, client_id: str, customer_bucket: BucketOf, now: datetime
) -> None:
    project([writer.put("1")], now=now)
    with monkeypatch.context() as patch:
        poison_summary(patch, writer.contact_id("ann"), EngineUnavailable("away"))
        with pytest.raises(EngineUnavailable):
            summarise([customer_bucket("ann")], now=now)
    assert customer_bucket("ann") in dirty(client_id)


def test_what_is_not_dirty_is_not_derived_again(
    writer: ForeignWriter, client_id: str, follow: Follow, customer_bucket: BucketOf, now: datetime
) -> None:
    """A wake-up may be delivered twice, or come after a sweep."""
    follow(writer.put("1"))
    before = read_states([customer_bucket("ann")])
    summarise([customer_bucket("ann")], now=now)
    assert read_states([customer_bucket("ann")]) == before
    mark(customer_bucket("ann"), now=now)
    summarise([customer_bucket("ann")], now=now)
    assert read_states([customer_bucket("ann")]) != before
    assert dirty(client_id) == set()


def test_ids_of_other_clients_and_of_lists_are_no_summaries(writer: ForeignWriter, now: datetime) -> None:
    """A wake-up may come from another deployment, or from before a read model was dropped."""
    ids = ["customer#somebody else#x", "no-such-model#x#y", "nonsense", f"orders-by-status#{writer.client_id}#shipped"]
    assert summarise(ids, now=now) == set()


def test_what_only_moves_between_a_customers_months_leaves_no_difference(
    writer: ForeignWriter, follow: Follow, now: datetime
) -> None:
    """Number, spend, first and last order stay, so the customer's row says nothing new; its cohort's months do."""
    for order, day in (("1", "2025-01-10"), ("2", "2025-03-10"), ("3", "2025-09-10")):
        follow(writer.put(order, createdAt=f"{day}T01:00:00Z"))
    follow(writer.put("2", createdAt="2025-05-10T01:00:00Z"), at=now + timedelta(minutes=6))
    assert verify(settle=0) == []
