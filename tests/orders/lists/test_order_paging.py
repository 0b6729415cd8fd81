"""Paging through orders while they come, change and go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders.lists.filter import OrderFilter, searched
from orders.lists.listing import order_list
from orders.services import order_change_status
from orders.tables import WebOrder
from packprod.readmodels.rebuild.definitions import record_built
from tests.orders.foreign import delete_row
from tests.orders.ledger import all_orders

LISTS = [
    (OrderFilter(), ""),
    (OrderFilter(status="received"), ""),
    (OrderFilter(), "p-"),
    (OrderFilter(), "john@example.com"),
    (OrderFilter(), "0255"),
]


@pytest.fixture
def order_at(make_order: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """`order_at("P-1", 3)`: an order of three hours ago."""

    def build(reference: str, hours: float) -> dict[str, Any]:
        created_at = datetime(2025, 10, 20, tzinfo=UTC) - timedelta(hours=hours)
        customer = {"email": "john@example.com", "phone": "+61 2 5550 1234"}
        return make_order(reference, createdAt=created_at.isoformat(), customer=customer)

    return build


def test_nobody_is_seen_twice_or_lost_while_orders_come_change_and_go(
    imported: Callable[..., Any], caught_up: Callable[[], None], order_at: Callable[..., Any], now: datetime
) -> None:
    outcomes = [one.outcome for one in imported(*(order_at(f"P-{number}", number) for number in range(20)))]
    ids = [outcome.order_id for outcome in outcomes]
    lists = [*LISTS, (OrderFilter(contact_id=outcomes[0].contact_id), "")]
    record_built()
    caught_up()
    seen: list[list[str]] = [[] for _ in lists]
    positions: list[Any] = [None] * len(lists)
    for step in range(4):
        for at, (filter, text) in enumerate(lists):
            page = order_list(searched(filter, text), limit=5, position=positions[at])
            seen[at] += [order.order_id for order in page.items]
            positions[at] = page.next_position
        imported(order_at(f"P-new-{step}", -step), order_at(f"P-old-{step}", 2.5 + 5 * step))
        delete_row(WebOrder, ids[5 * step + 4])  # the order that every cursor stands on
        order_change_status(order_id=ids[1], status=("shipped", "completed")[step % 2], now=now)
        caught_up()
    for found, listed in zip(seen, lists, strict=True):
        assert [one for one in found if one in ids] == ids, listed
        assert len(set(found)) == len(found)


def test_the_status_list_follows(
    imported: Callable[..., Any], caught_up: Callable[[], None], order_at: Callable[..., Any], now: datetime
) -> None:
    ids = [one.outcome.order_id for one in imported(order_at("P-1", 1), order_at("P-2", 2), order_at("P-3", 3))]
    order_change_status(order_id=ids[1], status="shipped", now=now)
    caught_up()
    assert all_orders(OrderFilter(status="received")) == [ids[0], ids[2]]
    assert all_orders(OrderFilter(status="shipped")) == [ids[1]]


def test_a_stale_list_never_shows_what_the_order_no_longer_is(
    imported: Callable[..., Any], caught_up: Callable[[], None], order_at: Callable[..., Any], now: datetime
) -> None:
    """Between the change and its read model the order itself is asked."""
    ids = [one.outcome.order_id for one in imported(order_at("P-1", 1), order_at("P-2", 2))]
    caught_up()
    order_change_status(order_id=ids[0], status="shipped", now=now)
    delete_row(WebOrder, ids[1])
    for filter, text in LISTS[1:]:
        assert ids[1] not in all_orders(searched(filter, text))
    assert all_orders(OrderFilter(status="received")) == []
