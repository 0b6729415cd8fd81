"""The timeline of an order: every change once, with who and when, and no customer's data in it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.importing.batch import orders_import
from orders.order import Order
from orders.selectors import order_item
from orders.services import order_change_status
from orders.tables import WebOrder
from orders.timeline.journal import order_event
from orders.timeline.selectors import Event, order_events
from orders.timeline.tables import OrderEvent
from packprod.dynamodb.reads import Partition, query_all
from packprod.dynamodb.streams import Record
from packprod.dynamodb.writes import put, transact
from packprod.errors import NotFound
from tests.orders.foreign import delete_row, put_order, put_row

CaughtUp = Callable[..., None]


def events(order_id: str) -> list[Event]:
    return order_events(order_id, limit=50).items


def events_of(order_id: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Kind, who, and what changed; oldest first."""
    return [(one.kind, one.updated_by, one.fields) for one in reversed(events(order_id))]


@pytest.fixture
def order_id(client_id: str, make_order: Callable[..., Any], now: datetime) -> str:
    (result,) = orders_import(payloads=[make_order()], updated_by="token n8n", now=now)
    assert result.outcome is not None
    return result.outcome.order_id


def test_from_import_to_deletion(
    order_id: str, make_order: Callable[..., Any], now: datetime, caught_up: CaughtUp
) -> None:
    at = now + timedelta(minutes=5)
    order_change_status(order_id=order_id, status="shipped", updated_by="user anna", now=at)
    changed = make_order(status="shipped", tax="1", customer={"name": "J Smith", "email": "john@example.com"})
    orders_import(payloads=[changed], on_conflict="update", updated_by="import file", now=at)
    delete_row(WebOrder, order_id)
    caught_up()
    assert events_of(order_id) == [
        ("created", "token n8n", ()),
        ("changed", "user anna", ("status",)),
        ("changed", "import file", ("customer.name", "tax", "total")),
        ("deleted", "another program", ()),
    ]
    deleted, replaced, shipped, created = events(order_id)
    contact = created.changes["contactID"]["to"]
    assert created.changes == {"status": {"to": "received"}, "total": {"to": 15}, "contactID": {"to": contact}}
    assert (created.happened_at, shipped.happened_at) == (now, at)
    assert shipped.changes == {"status": {"from": "received", "to": "shipped"}}
    assert replaced.changes == {"total": {"from": 15, "to": 16}}
    assert deleted.changes["status"] == {"from": "shipped"}


def test_another_program_is_never_taken_for_the_one_who_wrote_before(
    order_id: str, caught_up: CaughtUp, now: datetime
) -> None:
    """It keeps our attributes; whether it moves `updatedAt` on or not."""
    put_row(WebOrder, order_item(order_id) | {"status": "shipped"})
    put_row(WebOrder, order_item(order_id) | {"status": "completed", "updatedAt": "2025-10-24T00:00:00Z"})
    order_change_status(order_id=order_id, status="refunded", updated_by="token n8n", now=now)
    order_change_status(order_id=order_id, status="received", updated_by="token n8n", now=now)
    order_change_status(order_id=order_id, status="shipped", now=now)
    caught_up()
    who = [one.updated_by for one in reversed(events(order_id))]
    assert who[:5] == ["token n8n", "another program", "another program", "token n8n", "token n8n"]
    assert abs(events(order_id)[-2].happened_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_foreign_row_with_broken_values(client_id: str, caught_up: CaughtUp) -> None:
    row = put_order(total="n/a" * 1000, customer="somebody", status=None)
    put_row(WebOrder, row | {"total": Decimal("7.10"), "items": "none", "customer": {"phone": "1"}})
    caught_up()
    assert events_of(row["orderID"]) == [
        ("created", "another program", ()),
        ("changed", "another program", ("customer", "items", "total")),
    ]
    assert events(row["orderID"])[0].changes["total"] == {"from": ("n/a" * 1000)[:200], "to": Decimal("7.10")}


def test_no_customers_data_is_copied(order_id: str, make_order: Callable[..., Any], caught_up: CaughtUp) -> None:
    caught_up()
    rows = str(list(query_all(Partition(OrderEvent, hash=("orderID", order_id))))).lower()
    assert "created" in rows
    assert not any(text in rows for text in ("john", "smith", "acme", "example.com"))


def test_a_write_that_only_stamps_is_no_event(order_id: str, caught_up: CaughtUp) -> None:
    put_row(WebOrder, order_item(order_id) | {"updatedAt": "2030-01-01T00:00:00Z"})
    caught_up()
    assert len(events(order_id)) == 1


def test_a_record_that_is_read_twice_is_one_event(order_id: str, caught_up: CaughtUp) -> None:
    caught_up()
    [event] = query_all(Partition(OrderEvent, hash=("orderID", order_id)))
    raw = {"dynamodb": {"ApproximateCreationDateTime": 1761207330, "SequenceNumber": "412"}}
    record = Record("412", old=None, new=order_item(order_id), raw=raw)
    for _ in range(2):
        row = order_event(record)
        assert row is not None
        transact([put(row)])
    again = list(query_all(Partition(OrderEvent, hash=("orderID", order_id))))
    assert len(again) == 2
    assert event in again


def test_pages_and_what_is_not_ours(order_id: str, caught_up: CaughtUp, now: datetime, settings: Any) -> None:
    for status in ("shipped", "completed", "refunded"):
        order_change_status(order_id=order_id, status=status, now=now)
    caught_up()
    first = order_events(order_id, limit=3)
    rest = order_events(order_id, limit=3, position=first.next_position)
    assert [one.kind for one in [*first.items, *rest.items]] == ["changed", "changed", "changed", "created"]
    assert (rest.next_position, first.total, order_events(order_id, limit=4).total) == (None, None, 4)
    with pytest.raises(NotFound):
        order_events("nothing", limit=3)
    settings.PACKPROD_CLIENT_ID = "somebody else"
    with pytest.raises(NotFound):
        order_events(order_id, limit=3)


def test_an_order_older_than_the_journal_has_an_empty_one(order_id: str) -> None:
    assert order_events(order_id, limit=3).items == []


def test_the_stamp_does_not_make_another_order_of_it(order_id: str, make_order: Callable[..., Any], now: Any) -> None:
    """A resend is still the same order, and writes nothing."""
    before = order_item(order_id)
    (again,) = orders_import(payloads=[make_order()], updated_by="user anna", now=now)
    assert again.outcome is not None
    assert (again.outcome.created, again.outcome.updated) == (False, False)
    assert order_item(order_id) == before
    assert isinstance(order_change_status(order_id=order_id, status="received", updated_by="x", now=now), Order)
    assert order_item(order_id) == before
