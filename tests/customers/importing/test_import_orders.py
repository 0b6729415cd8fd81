"""One order through the import service: created, the same again, conflicting, replaced; both tables or neither."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from customers.importing import batch, creation
from customers.importing.batch import ImportResult, orders_import
from customers.importing.creation import ImportOutcome
from customers.services import customer_row
from customers.tables import Contact
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.references import own_order_id
from orders.selectors import order_item
from orders.services import order_change_status
from orders.tables import WebOrder
from packprod.dynamodb.reads import get
from packprod.dynamodb.writes import delete, write
from packprod.errors import EngineUnavailable, NotFound, OrderConflict
from tests.orders.foreign import put_order, put_row

Imported = Callable[..., list[ImportResult]]
MakeOrder = Callable[..., dict[str, Any]]


@pytest.fixture
def full_order(make_order: MakeOrder) -> dict[str, Any]:
    """Every field of the contract."""
    order = make_order(tax="1.50", shipping="12.00", discount="3", total="25.50", currency="AUD", status="processing")
    order["customer"] |= {"phone": "+61 2 5550 1234"}
    return order | {"source": "n8n", "poNumber": "PO-7", "labels": {"rush": True}}


def outcome_of(result: ImportResult) -> ImportOutcome:
    assert result.outcome is not None, result.error
    return result.outcome


def conflict_of(result: ImportResult) -> list[str]:
    """The fields that a conflict names."""
    assert isinstance(result.error, OrderConflict), result
    return [problem.field for problem in result.error.problems]


def test_an_order_is_stored_as_sent(imported: Imported, full_order: dict[str, Any], client_id: str) -> None:
    outcome = outcome_of(imported(full_order)[0])
    assert (outcome.created, outcome.updated, outcome.contact_created) == (True, False, True)
    row = order_item(outcome.order_id)
    assert row["createdAt"] == "2025-10-20T10:30:00Z"
    assert row["updatedAt"] == "2025-10-23T08:15:30Z"
    assert (row["clientID"], row["contactID"]) == (client_id, outcome.contact_id)
    assert [row[name] for name in ("subtotal", "tax", "shipping", "discount", "total")] == [
        Decimal(text) for text in ("15.00", "1.50", "12.00", "3.00", "25.50")
    ]
    assert row["items"][0] == full_order["items"][0] | {"quantity": 10, "unitPrice": Decimal("1.50")}
    assert row["extra"] == {"poNumber": "PO-7", "labels": {"rush": True}}
    assert (row["status"], row["currency"], row["source"]) == ("processing", "AUD", "n8n")


def test_defaults(imported: Imported, make_order: MakeOrder, now: datetime) -> None:
    order = make_order()
    del order["createdAt"]
    row = order_item(outcome_of(imported(order)[0]).order_id)
    assert (row["createdAt"], row["status"], row["currency"]) == ("2025-10-23T08:15:30Z", "received", "AUD")
    assert (row["total"], row["tax"]) == (Decimal("15.00"), 0)


def test_a_total_within_a_cent_is_kept_as_sent(imported: Imported, make_order: MakeOrder) -> None:
    kept, refused = imported(make_order("A", total="15.01"), make_order("B", total="15.02"))
    assert order_item(outcome_of(kept).order_id)["total"] == Decimal("15.01")
    assert refused.error is not None
    assert [(one.field, one.code) for one in refused.error.problems] == [("total", "total_mismatch")]


def test_the_same_again_writes_nothing(imported: Imported, full_order: dict[str, Any], now: datetime) -> None:
    first = outcome_of(imported(full_order)[0])
    before = order_item(first.order_id), get(Contact, first.contact_id)
    (again,) = orders_import(payloads=[full_order], now=now + timedelta(hours=1))
    (updated,) = orders_import(payloads=[full_order], on_conflict="update", now=now + timedelta(hours=2))
    for later in (outcome_of(again), outcome_of(updated)):
        assert (later.order_id, later.contact_id) == (first.order_id, first.contact_id)
        assert (later.created, later.updated, later.contact_created) == (False, False, False)
    assert (order_item(first.order_id), get(Contact, first.contact_id)) == before


@pytest.mark.parametrize(
    "left_out",
    ["createdAt", "tax", "shipping", "discount", "total", "currency", "status", "source", "poNumber"],
)
def test_what_is_not_sent_again_says_nothing(imported: Imported, full_order: dict[str, Any], left_out: str) -> None:
    imported(full_order)
    again = {name: value for name, value in full_order.items() if name not in {left_out, "total"}}
    assert outcome_of(imported(again)[0]).created is False


def test_customer_and_line_fields_that_are_not_sent_again_say_nothing(
    imported: Imported, full_order: dict[str, Any]
) -> None:
    imported(full_order)
    short = {name: full_order["items"][0][name] for name in ("productCode", "quantity", "unitPrice")}
    again = full_order | {"customer": {"email": "JOHN@example.com "}, "items": [short]}
    assert outcome_of(imported(again)[0]).created is False


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"createdAt": "2025-10-20T10:30:01Z"}, ["createdAt"]),
        ({"status": "completed"}, ["status"]),
        ({"source": "phone"}, ["source"]),
        ({"shipping": "13.00", "total": "26.50"}, ["shipping", "total"]),
        ({"customer": {"email": "jane@example.com", "name": "Jane"}}, ["customer.name", "customer.email"]),
        (
            {"customer": {"email": "john@example.com", "phone": "1", "company": "X"}},
            ["customer.company", "customer.phone"],
        ),
        ({"items": [{"productCode": "BOX-A5", "quantity": 10, "unitPrice": "1.50"}]}, ["items"]),
        ({"items": [{"productCode": "BOX-A4", "quantity": 5, "unitPrice": "3.00"}]}, ["items"]),
        (
            {"items": [{"productCode": "BOX-A4", "quantity": 5, "unitPrice": "1.50"}], "total": "18.00"},
            ["items", "total"],
        ),
    ],
)
def test_a_conflict_names_exactly_the_fields(
    imported: Imported, full_order: dict[str, Any], changes: dict[str, Any], fields: list[str]
) -> None:
    stored = order_item(outcome_of(imported(full_order)[0]).order_id)
    (result,) = imported(full_order | changes)
    assert conflict_of(result) == fields
    assert order_item(stored["orderID"]) == stored


def test_the_same_instant_and_money_in_other_words_are_the_same(imported: Imported, full_order: dict[str, Any]) -> None:
    imported(full_order)
    dressed = {"createdAt": "2025-10-20T21:30:00+11:00", "tax": Decimal("1.5"), "discount": "3.00", "currency": "aud"}
    assert outcome_of(imported(full_order | dressed)[0]).created is False


def test_update_replaces(imported: Imported, full_order: dict[str, Any], now: datetime) -> None:
    first = outcome_of(imported(full_order)[0])
    put_row(WebOrder, order_item(first.order_id) | {"warehouse": "of another writer"})
    other = {"items": [{"productCode": "TAPE", "quantity": 1, "unitPrice": 2}], "total": "12.50", "poNumber": "PO-9"}
    amended = {name: value for name, value in (full_order | other).items() if name not in ("createdAt", "labels")}
    (result,) = orders_import(payloads=[amended], on_conflict="update", now=now + timedelta(hours=1))
    outcome = outcome_of(result)
    assert (outcome.order_id, outcome.created, outcome.updated) == (first.order_id, False, True)
    row = order_item(first.order_id)
    assert (row["total"], row["subtotal"], row["extra"]) == (
        Decimal("12.5"),
        Decimal(2),
        {"poNumber": "PO-9", "labels": {"rush": True}},
    )
    assert (row["createdAt"], row["updatedAt"]) == ("2025-10-20T10:30:00Z", "2025-10-23T09:15:30Z")
    assert row["warehouse"] == "of another writer"
    assert outcome_of(orders_import(payloads=[amended], now=now)[0]).updated is False


def test_update_to_another_customer_moves_the_order(
    imported: Imported, caught_up: Callable[[], None], make_order: MakeOrder, now: datetime
) -> None:
    john = outcome_of(imported(make_order())[0]).contact_id
    caught_up()
    moved = outcome_of(imported(make_order(email="jane@example.com"), on_conflict="update")[0])
    assert (moved.updated, moved.contact_created) == (True, True)
    caught_up()
    assert customer_row(moved.contact_id, now=now)[0]["orderCount"] == 1
    with pytest.raises(NotFound):
        customer_row(john, now=now)


def test_a_resend_after_staff_moved_the_status_on(
    imported: Imported, full_order: dict[str, Any], now: datetime
) -> None:
    first = outcome_of(imported(full_order)[0])
    order_change_status(order_id=first.order_id, status="shipped", now=now)
    assert outcome_of(imported(full_order)[0]).created is False
    assert outcome_of(imported(full_order | {"status": "shipped"})[0]).created is False
    assert conflict_of(imported(full_order | {"status": "completed"})[0]) == ["status"]
    assert order_item(first.order_id)["status"] == "shipped"


def test_an_update_that_says_no_status_keeps_the_one_staff_gave(
    imported: Imported, make_order: MakeOrder, now: datetime
) -> None:
    first = outcome_of(imported(make_order())[0])
    order_change_status(order_id=first.order_id, status="shipped", now=now)
    imported(make_order(shipping="5"), on_conflict="update")
    row = order_item(first.order_id)
    assert (row["status"], row["total"]) == ("shipped", Decimal(20))


def test_an_order_of_another_writer_is_found_by_its_reference(
    imported: Imported, caught_up: Callable[[], None], make_order: MakeOrder
) -> None:
    item = {"productCode": "TAPE-48", "quantity": Decimal(2), "unitPrice": "3.50"}
    foreign = put_order(orderReference="ORD-9", items=[item], customer={"email": "John@Example.com"})
    caught_up()
    line = {"productCode": "TAPE-48", "quantity": 2, "unitPrice": "3.50"}
    same = make_order("ORD-9", items=[line], createdAt="2025-10-20T10:30:00.250Z")
    same["customer"] = {"email": "john@example.com"}
    found = outcome_of(imported(same)[0])
    assert (found.order_id, found.created) == (foreign["orderID"], False)
    assert conflict_of(imported(same | {"total": 7, "tax": 1, "discount": 1})[0]) == ["tax", "discount"]
    replaced = outcome_of(imported(same | {"tax": "1"}, on_conflict="update")[0])
    assert (replaced.order_id, replaced.updated) == (foreign["orderID"], True)
    caught_up()
    assert [(one.order_id, one.total) for one in order_list(OrderFilter(), limit=10).items] == [
        (foreign["orderID"], Decimal(8))
    ]


@pytest.fixture
def contact_lost_in_between(
    imported: Imported, make_order: MakeOrder, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Imports an order whose contact stops being ours between reading and writing, or is deleted; returns its id."""
    first = outcome_of(imported(make_order("A"))[0])

    def lose(*, deleted: bool) -> str:
        def in_between(operations: Any) -> None:
            row = get(Contact, first.contact_id)
            assert row is not None
            if deleted:
                write(delete(Contact(first.contact_id)))
            else:
                put_row(Contact, row | {"clientID": "somebody else"})
            commit(operations)

        commit = creation.commit
        monkeypatch.setattr(creation, "commit", in_between)
        assert outcome_of(imported(make_order("B"))[0]).created
        return first.contact_id

    return lose


@pytest.mark.parametrize("deleted", [True, False])
def test_both_tables_or_neither(contact_lost_in_between: Callable[..., str], deleted: bool) -> None:
    """No order without its contact: it has another one before it is acknowledged."""
    lost = contact_lost_in_between(deleted=deleted)
    row = get(WebOrder, own_order_id("B"))
    assert row is not None
    contact = get(Contact, row["contactID"])
    assert contact is not None
    assert (contact["clientID"], contact["email"]) == (settings.PACKPROD_CLIENT_ID, row["customer"]["email"])
    assert (row["contactID"] == lost) is deleted  # the id derives from the customer, if it is free
    if not deleted:
        assert (get(Contact, lost) or {})["clientID"] == "somebody else"


@pytest.mark.parametrize("deleted", [True, False])
def test_an_order_would_lack_its_contact_if_nobody_looked_after_it(
    contact_lost_in_between: Callable[..., str], deleted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "contacts_confirm", lambda **_: {})
    lost = contact_lost_in_between(deleted=deleted)
    assert (get(WebOrder, own_order_id("B")) or {})["contactID"] == lost
    assert (get(Contact, lost) or {}).get("clientID") != settings.PACKPROD_CLIENT_ID


def test_no_contact_without_its_order(
    imported: Imported, make_order: MakeOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order's own write fails for good: the contact that came with it is not made either."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    order_id = outcome_of(imported(make_order("A"))[0]).order_id
    monkeypatch.setattr(creation, "own_order_id", lambda reference: order_id)
    with pytest.raises(EngineUnavailable):
        imported(make_order("B", email="new@example.com"))
    monkeypatch.undo()
    assert outcome_of(imported(make_order("C", email="new@example.com"))[0]).contact_created is True
