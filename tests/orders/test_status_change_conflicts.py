"""Two people edit one order: the second is told, and nothing of the first is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from orders import services
from orders.selectors import order_item
from orders.services import order_change_status
from orders.tables import WebOrder
from packprod.dates import format_instant
from packprod.errors import EditConflict
from tests.orders.foreign import put_order, put_row
from tests.packprod.readmodels.pausing import overtaken


@pytest.fixture
def order_id(imported: Callable[..., Any], make_order: Callable[..., Any]) -> str:
    return str(imported(make_order())[0].outcome.order_id)


def change(order_id: str, status: str, seen: str | None, now: datetime) -> None:
    order_change_status(order_id=order_id, status=status, expected_updated_at=seen, updated_by="user anna", now=now)


def test_the_second_editor_is_told_and_nothing_is_lost(order_id: str, now: datetime) -> None:
    seen = order_item(order_id)["updatedAt"]
    change(order_id, "shipped", seen, now + timedelta(minutes=1))
    first = order_item(order_id)
    with pytest.raises(EditConflict, match="Somebody changed this order since you looked"):
        change(order_id, "cancelled", seen, now + timedelta(minutes=2))
    assert order_item(order_id) == first
    change(order_id, "cancelled", first["updatedAt"], now + timedelta(minutes=3))
    assert order_item(order_id)["status"] == "cancelled"


def test_what_both_wanted_is_no_conflict(order_id: str, now: datetime) -> None:
    seen = order_item(order_id)["updatedAt"]
    for minutes in (1, 2):
        change(order_id, "shipped", seen, now + timedelta(minutes=minutes))
    assert order_item(order_id)["updatedAt"] == format_instant(now + timedelta(minutes=1))


@pytest.mark.parametrize("guarded", [True, False])
def test_overtaken_between_reading_and_writing(
    guarded: bool, order_id: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The condition is what tells: without it, the first editor's change is lost."""
    seen = order_item(order_id)["updatedAt"] if guarded else None
    outcomes: list[str] = []

    def slow() -> None:
        try:
            change(order_id, "cancelled", seen, now + timedelta(minutes=2))
            outcomes.append("written")
        except EditConflict:
            outcomes.append("conflict")

    with overtaken(monkeypatch, services, "order_item", slow):
        change(order_id, "shipped", None, now + timedelta(minutes=1))
    assert outcomes == (["conflict"] if guarded else ["written"])
    assert order_item(order_id)["status"] == ("shipped" if guarded else "cancelled")


@pytest.mark.parametrize("attributes", [{}, {"updatedAt": "2025-10-20T10:30:00.250Z"}])
def test_orders_of_other_programs(client_id: str, attributes: dict[str, Any], now: datetime) -> None:
    row = put_order(**attributes)
    with pytest.raises(EditConflict):
        change(row["orderID"], "shipped", "2020-01-01T00:00:00Z", now)
    change(row["orderID"], "shipped", row.get("updatedAt", ""), now)
    put_row(WebOrder, order_item(row["orderID"]) | {"updatedAt": "2026-01-01T00:00:00Z"})
    with pytest.raises(EditConflict):
        change(row["orderID"], "completed", format_instant(now), now)


def test_a_time_that_another_program_keeps_as_a_number(client_id: str, now: datetime) -> None:
    row = put_order(updatedAt=1_761_207_330)
    with pytest.raises(EditConflict):
        change(row["orderID"], "shipped", "1761207331", now)
    change(row["orderID"], "shipped", "1761207330", now)
    assert order_item(row["orderID"])["updatedAt"] == format_instant(now)
