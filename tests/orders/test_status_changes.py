"""What changing an order's status does, and what it refuses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.services import customer_row
from orders import services
from orders.order import Order
from orders.rows import order_from_row
from orders.selectors import order_item
from orders.services import order_change_status
from orders.statuses import ORDER_STATUSES
from packprod.dynamodb.reads import Item
from packprod.errors import InvalidInput, NotFound
from tests.orders.foreign import put_order


@pytest.fixture
def order_id(imported: Callable[..., Any], make_order: Callable[..., Any]) -> str:
    return str(imported(make_order())[0].outcome.order_id)


@pytest.mark.parametrize("status", ORDER_STATUSES)
def test_status_and_time_change_and_nothing_else(order_id: str, status: str, now: datetime) -> None:
    before = order_item(order_id)
    later = now + timedelta(hours=1)
    order = order_change_status(order_id=order_id, status=status, now=later)
    changed = {} if status == "received" else {"status": status, "updatedAt": "2025-10-23T09:15:30Z"}
    after = order_item(order_id)
    assert after == before | changed | {"updateID": after["updateID"]}
    assert (after["updateID"] != before["updateID"]) == bool(changed)
    assert (order.status, order.updated_at) == (status, order_item(order_id)["updatedAt"])


def test_the_metrics_follow(
    imported: Callable[..., Any], caught_up: Callable[[], None], make_order: Callable[..., Any], now: datetime
) -> None:
    outcomes = [one.outcome for one in imported(make_order("A"), make_order("B"))]
    for status, count in (("cancelled", 1), ("completed", 2), ("refunded", 1), ("processing", 2)):
        order_change_status(order_id=outcomes[0].order_id, status=status, now=now)
        caught_up()
        row, _ = customer_row(outcomes[0].contact_id, now=now)
        assert (row["orderCount"], row["totalSpend"]) == (count, Decimal(15 * count)), status


def test_unknown_orders_and_those_of_others(client_id: str, now: datetime) -> None:
    foreign = put_order(clientID="somebody else")
    for order_id in ("nothing", foreign["orderID"]):
        with pytest.raises(NotFound):
            order_change_status(order_id=order_id, status="shipped", now=now)


def test_an_order_that_vanishes_while_it_is_changed_is_not_made_anew(
    order_id: str, now: datetime, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Read as ours, somebody else's by the time it is written."""
    item = order_item(order_id)

    def changes_hands(row: Item) -> Order:
        put_order(**item | {"clientID": "somebody else"})
        return order_from_row(row)

    monkeypatch.setattr(services, "order_from_row", changes_hands)
    with pytest.raises(NotFound):
        order_change_status(order_id=order_id, status="shipped", now=now)
    settings.PACKPROD_CLIENT_ID = "somebody else"
    assert order_item(order_id)["status"] == "received"


def test_unknown_statuses_and_parked_orders_are_refused(order_id: str, now: datetime) -> None:
    with pytest.raises(InvalidInput, match="status must be one of"):
        order_change_status(order_id=order_id, status="lost", now=now)
    parked = put_order(total="broken")
    with pytest.raises(InvalidInput, match="parked: total is not an amount"):
        order_change_status(order_id=parked["orderID"], status="shipped", now=now)
