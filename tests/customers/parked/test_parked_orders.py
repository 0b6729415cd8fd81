"""Parked orders that name no customer are given the one whose e-mail or phone stands on them."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from customers.parked.selectors import assignable
from customers.parked.services import parked_orders_assign
from customers.services import customer_row
from orders.selectors import order_item
from orders.tables import WebOrder
from packprod.errors import NotFound
from packprod.readmodels.parked import parked_orders, parked_summary, summary_of
from packprod.readmodels.rebuild.verify import verify
from tests.orders.foreign import delete_row, put_order, put_row

Caught = Callable[[], None]


def nobodys(**changes: Any) -> dict[str, Any]:
    return put_order(contactID=None, **changes)


def test_orders_without_customer_join_that_of_their_email(
    caught_up: Caught, imported: Any, make_order: Any, now: datetime
) -> None:
    """The known contact for a known address, in any case; one new contact for an unknown one, however many orders."""
    known = imported(make_order(email="john@example.com"))[0].outcome.contact_id
    rows = [
        nobodys(customer={"email": "John@Example.com"}, hist=[Decimal("2.5")], total="10.00"),
        nobodys(customerEmail="new@example.com", customerName="Nora New", total="20.00"),
        nobodys(customer=None, customerEmail="NEW@example.com", total="30.00"),
        nobodys(customer={"phone": "+61 2 5550 1234"}, total="40.00"),
        nobodys(customer={"name": "Nobody"}, total="50.00"),
        nobodys(customerEmail="late@example.com", createdAt="yesterday", total="60.00"),
    ]
    caught_up()
    found = assignable()
    assert (found.orders, found.amount, found.anonymous) == (5, Decimal("160.00"), 1)
    assert parked_orders_assign(updated_by="user anna", now=now).orders == 5
    caught_up()
    assert {one.order_id for one in parked_orders()} == {rows[4]["orderID"], rows[5]["orderID"]}
    assert order_item(rows[0]["orderID"])["contactID"] == known
    assert customer_row(known, now=now)[0]["totalSpend"] == Decimal("25.00")
    new = order_item(rows[1]["orderID"])["contactID"]
    assert order_item(rows[2]["orderID"])["contactID"] == new
    cached = customer_row(new, now=now)[0]
    assert (cached["orderCount"], cached["totalSpend"], cached["name"]) == (2, Decimal("50.00"), "Nora New")
    assert verify(settle=0) == []


def test_nothing_else_of_the_row_changes(caught_up: Caught, now: datetime) -> None:
    row = nobodys(customerEmail="a@example.com", internal={"flag": True, "hist": [Decimal("1.10")]}, total="$1,234.50")
    caught_up()
    parked_orders_assign(updated_by="user anna", now=now)
    stored = order_item(row["orderID"])
    ours = {name: stored.pop(name) for name in ("contactID", "updatedAt", "updatedBy", "updateID")}
    assert stored == row
    assert (ours["updatedBy"], ours["updatedAt"]) == ("user anna", "2025-10-23T08:15:30Z")
    assert parked_orders_assign(updated_by="user anna", now=now).orders == 0  # safe to repeat


def test_an_order_that_was_changed_meanwhile_is_left(
    caught_up: Caught, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else gave it a customer after it was read."""
    row = nobodys(customerEmail="a@example.com")
    caught_up()
    put_row(WebOrder, row | {"contactID": "theirs"})
    monkeypatch.setattr("customers.parked.services.parked_rows", lambda: iter([row]))
    assert parked_orders_assign(updated_by="user anna", now=now).failed == 1
    assert order_item(row["orderID"])["contactID"] == "theirs"


def test_number_and_worth_by_reason_follow_every_change(caught_up: Caught) -> None:
    """Kept in shards, equal to a recount from the list after each change."""
    rows = [nobodys(total=f"{amount}.005") for amount in range(40)]
    rows += [put_order(createdAt="yesterday", total="7"), put_order(currency="EUR", total="9")]
    caught_up()
    summary = parked_summary()
    assert [(one.orders, one.amount, one.unreadable) for one in summary.kinds] == [
        (40, Decimal("780.40"), 0),
        (1, Decimal(7), 0),
        (1, Decimal(0), 1),
    ]
    assert summary == summary_of(parked_orders())
    for row in rows[:10]:
        delete_row(WebOrder, row["orderID"])
    put_row(WebOrder, rows[10] | {"contactID": "somebody"})
    put_row(WebOrder, rows[11] | {"total": "nonsense"})
    caught_up()
    summary = parked_summary()
    assert (summary.orders, summary.unreadable) == (31, 1)
    assert summary == summary_of(parked_orders())
    assert verify(settle=0) == []
    with pytest.raises(NotFound):
        order_item(rows[0]["orderID"])
