"""From a changed order to right metrics, through the real stream: what each kind of change leaves and enters."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from customers.lists.listing import Listing, customer_list
from customers.services import customer_row
from orders.tables import WebOrder
from packprod.readmodels.parked import parked_orders
from packprod.readmodels.rebuild.verify import verify
from tests.conftest import NOW
from tests.packprod.readmodels.conftest import CacheRow
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.stored import snapshot

CaughtUp = Callable[..., None]
ANN = {"ann", "smith", "ann@example.com", "example.com", "com"}


def test_an_imported_order_becomes_metrics(
    imported: Callable[..., Any], caught_up: CaughtUp, make_order: Callable[..., Any], now: datetime
) -> None:
    outcome = imported(make_order("A-1"), make_order("A-2"))[0].outcome
    caught_up()
    row, from_cache = customer_row(outcome.contact_id, now=now)
    assert from_cache
    assert (row["orderCount"], row["totalSpend"]) == (2, Decimal("30"))
    assert verify(settle=0) == []


def test_a_foreign_row_with_money_as_text_and_milliseconds_counts(
    writer: ForeignWriter, caught_up: CaughtUp, cached: CacheRow
) -> None:
    writer.put("1", total="12.30", createdAt="2025-10-20T10:30:00.123+11:00", status=" Shipped ")
    caught_up()
    row = cached("ann")
    assert row is not None
    assert (row["totalSpend"], row["lastOrderDate"]) == (Decimal("12.3"), "2025-10-19T23:30:00.123000Z")
    assert verify(settle=0) == []


def test_an_order_that_changes_contact_leaves_the_old_one(
    writer: ForeignWriter, caught_up: CaughtUp, cached: CacheRow
) -> None:
    writer.put("1", contact="ann")
    writer.put("2", contact="ann", total=Decimal(7))
    caught_up()
    writer.put("1", contact="bob")
    caught_up()
    ann, bob = cached("ann"), cached("bob")
    assert ann is not None and bob is not None  # noqa: PT018 - one fact: both are customers
    assert (ann["orderCount"], ann["totalSpend"]) == (1, 7)
    assert (bob["orderCount"], bob["totalSpend"]) == (1, 10)


@pytest.mark.parametrize("way", ["deleted", "cancelled", "refunded", "moved to another client"])
def test_a_customer_with_no_order_left_is_gone_from_cache_and_search(
    way: str, writer: ForeignWriter, client_id: str, caught_up: CaughtUp, cached: CacheRow
) -> None:
    writer.put("1")
    caught_up()
    assert cached("ann") is not None
    assert found_words(client_id) == ANN
    if way == "deleted":
        writer.delete("1")
    elif way == "moved to another client":
        writer.put("1", clientID="somebody else")
    else:
        writer.put("1", status=way)
    caught_up()
    assert cached("ann") is None
    assert customer_list(Listing(), search="ann", limit=9, position=None, now=NOW).page.total == 0
    has_orders = way in ("cancelled", "refunded")  # which a search for orders finds by their words
    assert found_words(client_id) == (ANN if has_orders else set())
    assert verify(settle=0) == []


def found_words(client_id: str) -> set[str]:
    """The words of the search index, whatever its table is called."""
    entries = [key[-1] for rows in snapshot(client_id).values() for key, row in rows.items() if "entry" in row]
    return {entry.partition("\x01")[0] for entry in entries}


def test_a_cancelled_order_counts_again_when_it_is_taken_up(
    writer: ForeignWriter, client_id: str, caught_up: CaughtUp, cached: CacheRow
) -> None:
    writer.put("1", status="received")
    caught_up()
    before = cached("ann")
    writer.put("1", status="cancelled")
    caught_up()
    assert cached("ann") is None
    writer.put("1", status="received")
    caught_up()
    assert cached("ann") == before
    assert "ann" in found_words(client_id)


def test_a_changed_name_is_found_by_its_new_words_only(
    writer: ForeignWriter, client_id: str, caught_up: CaughtUp
) -> None:
    writer.put("1", customer={"name": "Zoë Müller", "email": "zoe@example.com"})
    caught_up()
    writer.put("1", customer={"name": "Zoë Meier", "email": "zoe@example.com"})
    caught_up()
    assert {"zoe", "meier"} <= found_words(client_id)
    assert "muller" not in found_words(client_id)


def test_put_changed_and_deleted_between_two_looks_leaves_nothing(
    writer: ForeignWriter, client_id: str, caught_up: CaughtUp
) -> None:
    writer.put("1")
    writer.put("1", contact="bob")
    writer.delete("1")
    caught_up()
    assert all(rows == {} for rows in snapshot(client_id).values())
    assert verify(settle=0) == []


def test_rows_of_other_clients_leave_no_trace(writer: ForeignWriter, client_id: str, caught_up: CaughtUp) -> None:
    writer.put("1", clientID="somebody else")
    writer.put("2", clientID=None)
    caught_up()
    assert all(rows == {} for rows in snapshot(client_id).values())
    assert verify(settle=0) == []


BROKEN: dict[str, dict[str, Any]] = {
    "total is no number": {"total": "n/a"},
    "total is a list": {"total": [1]},
    "total is infinite": {"total": "Infinity"},
    "date is no date": {"createdAt": "yesterday"},
    "date has no offset": {"createdAt": "2025-10-20T10:30:00"},
    "contact is missing": {"contactID": None},
    "items are a text": {"items": "BOX-A4 x 3"},
    "an item is a text": {"items": ["BOX-A4"]},
    "an item has no product": {"items": [{"quantity": 1, "unitPrice": 1}]},
    "currency is not ours": {"currency": "EUR"},
    "no total and no items": {"total": None},
}


def test_broken_rows_are_parked_until_they_are_mended(
    writer: ForeignWriter, caught_up: CaughtUp, cached: CacheRow
) -> None:
    broken = {writer.put(name, contact="bob", **changes): name for name, changes in BROKEN.items()}
    writer.put("sound")
    caught_up()
    assert {broken[parked.order_id] for parked in parked_orders()} == set(BROKEN)
    assert all(parked.reason.endswith(".") for parked in parked_orders())
    assert (cached("bob"), cached("ann") is not None) == (None, True)
    assert verify(settle=0) == []
    for name in BROKEN:
        writer.put(name, contact="bob")
    caught_up()
    assert parked_orders() == []
    row = cached("bob")
    assert row is not None
    assert row["orderCount"] == len(BROKEN)


def test_an_order_that_breaks_leaves_the_figures_and_a_broken_one_can_be_deleted(
    writer: ForeignWriter, caught_up: CaughtUp, cached: CacheRow
) -> None:
    writer.put("1")
    caught_up()
    writer.put("1", total="n/a")
    caught_up()
    assert (cached("ann"), len(parked_orders())) == (None, 1)
    writer.delete("1")
    caught_up()
    assert parked_orders() == []
    assert verify(settle=0) == []


EXTREME: dict[str, dict[str, Any]] = {
    "a date at the end of time": {"createdAt": "9999-12-31T23:59:59Z"},
    "a date from which 180 days cannot be counted": {"createdAt": "9999-08-01T00:00:00Z"},
    "a date at the beginning of time": {"createdAt": "0001-01-01T00:00:00Z"},
    "money beyond any number": {"total": "1E+400"},
    "the largest number the engine holds": {"total": Decimal("9.9E+125")},
    "a contact too long for a key": {"contactID": "c" * 1500},
    "an id too long for a range key": {"orderID": "o" * 1500},
    "an id as long as can be": {"orderID": "p" * 2048},
    "a name as long as a row": {"customer": {"name": "long " * 50_000, "email": "long@example.com"}},
    "a name of many words": {"customer": {"name": " ".join(f"word{number}" for number in range(200))}},
    "a name of control characters": {"customer": {"name": "\x00\x01\x1f \x01", "email": "a\x01b@example.com"}},
    "a reference of odd characters": {"orderReference": "ŉ" * 400 + "#\x01\x1f"},
    "an empty reference and status": {"orderReference": "", "status": ""},
    "a status of its own": {"status": "x" * 3000},
}


def test_extreme_rows_are_counted_or_parked_and_hold_up_nobody(
    writer: ForeignWriter, client_id: str, caught_up: CaughtUp, cached: CacheRow
) -> None:
    """Each has a neighbour behind it in the stream, which gets its figures."""
    ids = []
    for name, changes in EXTREME.items():
        ids.append(writer.put(name, **{"contact": f"customer of {name}"} | changes))
        writer.put(f"behind {name}", contact=f"neighbour of {name}")
    caught_up()
    assert [name for name in EXTREME if cached(f"neighbour of {name}") is None] == []
    assert verify(settle=0) == []
    for order_id in ids:
        WebOrder(order_id).delete()
    caught_up()
    assert verify(settle=0) == []
    neighbours = {writer.contact_id(f"neighbour of {name}") for name in EXTREME}
    assert {contact_id for [contact_id] in snapshot(client_id)["CustomerMetrics"]} == neighbours
