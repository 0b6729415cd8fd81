"""Somebody writes an order between reading and writing of its replacement. Each race goes wrong without its guard."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from customers.importing import batch, services
from customers.importing.batch import orders_import
from customers.importing.services import read_stored
from customers.importing.versions import sent_versions, version_of
from orders import services as order_services
from orders.rows import order_from_row
from orders.selectors import order_item
from tests.customers.importing.test_retries import SAME, STALE, UPDATED, Payload, Shop, order, outcome_of, shop

__all__ = ["order", "shop"]  # fixtures
AT_ONCE = 8
InBetween = Callable[[Callable[[], Any]], None]


@pytest.fixture
def in_between(monkeypatch: pytest.MonkeyPatch) -> InBetween:
    """Runs something once, after the next import has read and decided, and before it writes."""

    def once(action: Callable[[], Any]) -> None:
        waiting = [action]

        def first(write: Callable[..., None]) -> Callable[..., None]:
            def written(operation: Any) -> None:
                if waiting:
                    waiting.pop()()
                write(operation)

            return written

        for name in ("transact", "write"):
            monkeypatch.setattr(services, name, first(getattr(services, name)))

    return once


@pytest.fixture(params=["guarded", "unguarded"])
def guarded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Once with the condition that the row is as it was read, once with no more than that it is ours."""
    if request.param == "unguarded":
        monkeypatch.setattr(order_services, "_as_sent", lambda item: order_services._ours())
    return bool(request.param == "guarded")


def test_staff_refund_what_the_sender_says_is_shipped(
    shop: Shop, order: Payload, in_between: InBetween, guarded: bool
) -> None:
    order_id = shop.first(order)
    in_between(lambda: shop.staff(order_id, "refunded"))
    (result,) = shop.send(order | {"status": "shipped", "source": "web"}, update=True)
    assert outcome_of(result) == UPDATED
    assert (shop.read(order_id).status, shop.read(order_id).source) == ("refunded" if guarded else "shipped", "web")
    assert result.outcome is not None
    assert result.outcome.kept == (("status",) if guarded else ())


def test_another_program_refunds_it_and_leaves_our_stamps(
    shop: Shop, order: Payload, in_between: InBetween, guarded: bool
) -> None:
    order_id = shop.first(order)
    in_between(lambda: shop.mend(order_id, status="refunded"))
    shop.send(order | {"status": "shipped"}, update=True)
    assert shop.read(order_id).status == ("refunded" if guarded else "shipped")


def test_a_later_version_overtakes(shop: Shop, order: Payload, in_between: InBetween, guarded: bool) -> None:
    """In the same instant, so that `updatedAt` of the row tells nothing."""
    late = order | {"updatedAt": "2025-10-21T00:00:00Z", "source": "late"}
    later = order | {"updatedAt": "2025-10-22T00:00:00Z", "source": "later"}
    order_id = shop.first(order)
    now = shop.now
    in_between(lambda: orders_import(payloads=[later], on_conflict="update", now=now))
    (result,) = orders_import(payloads=[late], on_conflict="update", now=now)
    assert outcome_of(result) == (STALE if guarded else UPDATED)
    assert shop.read(order_id).source == ("later" if guarded else "late")


def test_a_later_version_overtakes_one_that_is_only_remembered(
    shop: Shop, order: Payload, in_between: InBetween, guarded: bool
) -> None:
    order_id = shop.first(order)
    later = order | {"updatedAt": "2025-10-22T00:00:00Z", "source": "later"}
    in_between(lambda: shop.send(later, update=True))
    (result,) = shop.send(order | {"updatedAt": "2025-10-21T00:00:00Z"})
    assert outcome_of(result) == (STALE if guarded else SAME)
    assert order_item(order_id)["sentUpdatedAt"] == ("2025-10-22" if guarded else "2025-10-21") + "T00:00:00Z"


def test_many_replacements_at_once(
    shop: Shop, order: Payload, monkeypatch: pytest.MonkeyPatch, guarded: bool, now: datetime
) -> None:
    """Each of them is written whole, and each but the last one is remembered as earlier."""
    barrier = threading.Barrier(AT_ONCE, timeout=60)
    order_id = shop.first(order)

    def read_together(*args: Any) -> Any:
        stored = read_stored(*args)
        barrier.wait()
        return stored

    monkeypatch.setattr(batch, "read_stored", read_together)
    del order["total"]
    payloads = [order | {"tax": str(tax), "executionId": tax} for tax in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(lambda one: orders_import(payloads=[one], on_conflict="update", now=now)[0], payloads))
    assert [outcome_of(one) for one in done] == [UPDATED] * AT_ONCE
    row = order_item(order_id)
    stored, versions = order_from_row(row), sent_versions(row, order_from_row(row))
    assert stored.total == stored.subtotal + stored.tax + 11
    assert Decimal(row["extra"]["executionId"]) == stored.tax
    assert versions.last == version_of(stored)
    assert (len(versions.earlier) == AT_ONCE) is guarded
