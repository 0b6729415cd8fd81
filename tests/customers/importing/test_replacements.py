"""`?onConflict=update` changes what the sender changed since it last sent, and keeps what others changed meanwhile."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from customers.importing.batch import ImportResult
from customers.importing.versions import MOST_VERSIONS, sent_versions
from customers.tables import Contact
from orders.rows import order_from_row
from orders.selectors import order_item
from orders.statuses import is_counted
from orders.tables import WebOrder
from packprod.dynamodb.reads import get
from packprod.readmodels.rebuild.verify import verify
from tests.customers.importing.test_retries import (
    LINES,
    SAME,
    STALE,
    UPDATED,
    Payload,
    Shop,
    changed,
    conflict_of,
    order,
    outcome_of,
    shop,
    with_customer,
    without,
)
from tests.orders.foreign import put_order, put_row

__all__ = ["order", "shop"]  # fixtures
OTHER_DAY = "2025-10-19T00:00:00Z"
GIFT = {"productCode": "GIFT", "quantity": 1, "unitPrice": "5.00"}


def kept_of(result: ImportResult) -> tuple[str, ...]:
    assert result.outcome is not None, result.error
    return result.outcome.kept


@pytest.mark.parametrize(
    ("mended", "change", "after"),
    [
        ({"status": "shipped"}, changed(shipping="13.00", total="37.60"), {"status": "shipped", "total": "37.60"}),
        ({"status": "refunded"}, changed(source="web"), {"status": "refunded", "source": "web", "total": "36.60"}),
        ({"status": "shipped"}, without("total"), {"status": "shipped", "total": "36.60"}),
        ({"customer.email": "right@b.example"}, changed(source="web"), {"customer.email": "right@b.example"}),
        ({"customer.phone": "1"}, with_customer(name="Zoe"), {"customer.name": "Zoe", "customer.phone": "1"}),
        ({"customer.name": "Right"}, with_customer(name="Zoe"), {"customer.name": "Zoe"}),
        ({"customer.vat": "77"}, with_customer(name="Zoe"), {"customer.name": "Zoe", "customer.vat": "77"}),
        ({"source": "phone"}, changed(tax="3.30", total="37.60"), {"source": "phone", "total": "37.60"}),
        ({"createdAt": OTHER_DAY}, changed(source="web"), {"createdAt": OTHER_DAY}),
        ({"createdAt": OTHER_DAY}, changed(createdAt="2025-10-18T00:00:00Z"), {"createdAt": "2025-10-18T00:00:00Z"}),
        # Staff took the shipping off; the sender adds a gift. The total is what they make together.
        (
            {"shipping": Decimal(0), "total": Decimal("24.60")},
            changed(items=[*LINES, GIFT], total="41.60"),
            {"shipping": "0", "subtotal": "28.30", "total": "29.60"},
        ),
        # Staff made the total round; the sender changes nothing of the money.
        ({"total": Decimal(36)}, changed(source="web"), {"total": "36"}),
        # A total that is not sent is what the order's parts make.
        ({}, lambda one: without("total", "tax")(one) | {"shipping": "2"}, {"tax": "2.30", "total": "26.60"}),
        # A total that is sent goes with the money it was checked against: there is no tax in it.
        ({}, lambda one: without("tax")(one) | {"shipping": "2", "total": "24.30"}, {"tax": "0", "total": "24.30"}),
        ({"carrier": "post"}, changed(discount="0", total="37.60"), {"carrier": "post", "total": "37.60"}),
    ],
)  # fmt: skip
def test_what_the_sender_changed_and_what_others_changed(
    shop: Shop, order: Payload, mended: dict[str, Any], change: Callable[[Payload], Payload], after: dict[str, str]
) -> None:
    order_id = shop.first(order)
    row = order_item(order_id)
    customer = {name.partition(".")[2]: value for name, value in mended.items() if name.startswith("customer.")}
    shop.mend(
        order_id,
        **{name: value for name, value in mended.items() if "." not in name} | {"customer": row["customer"] | customer},
    )
    before = order_item(order_id)
    is_change = change(order) != without("total")(order)
    assert outcome_of(shop.send(change(order), update=True)[0]) == (UPDATED if is_change else SAME)
    row = order_item(order_id)
    found = row | {f"customer.{name}": value for name, value in row["customer"].items()}
    for name, value in after.items():
        assert found[name] == (Decimal(value) if isinstance(found[name], Decimal) else value), name
    assert row["contactID"] == before["contactID"]
    stored = order_from_row(row)
    if "total" not in mended:
        assert stored.total == stored.subtotal + stored.tax + stored.shipping - stored.discount
    assert outcome_of(shop.send(change(order), update=True)[0]) == SAME
    assert outcome_of(shop.send(change(order))[0]) == SAME
    assert order_item(order_id) == row


def test_only_what_changed_is_written(shop: Shop, order: Payload, caught_up: Callable[[], None]) -> None:
    """Amounts of another program stay as it wrote them, and so do its attributes and those of its customer."""
    row = put_order(
        orderReference="ORD-1",
        customer={"email": "zoe@example.com", "name": "Zoë", "vat": "77"},
        createdAt="2025-10-20T10:30:00.250Z",
        carrier={"name": "post", "codes": [Decimal(1)]},
        status="Shipped",
    )
    caught_up()
    line = {"productCode": "TAPE-48", "quantity": 2, "unitPrice": "3.5"}
    sent = {"orderReference": "ORD-1", "customer": {"email": "zoe@example.com", "company": "Acme"}, "items": [line]}
    assert outcome_of(shop.send(sent, update=True)[0]) == UPDATED
    after = order_item(row["orderID"])
    ours = {"updatedAt", "updateID", "sentVersions"}
    assert {name: after[name] for name in row if name != "customer"} == {
        name: row[name] for name in row if name != "customer"
    }
    assert after["customer"] == row["customer"] | {"company": "Acme"}
    assert after.keys() - row.keys() == ours


@pytest.mark.parametrize(
    ("first", "staff", "sent", "after", "kept"),
    [
        ("received", "shipped", "processing", "shipped", ("status",)),
        ("received", "processing", "shipped", "shipped", ()),
        ("received", "refunded", "shipped", "refunded", ("status",)),
        ("received", "refunded", "completed", "refunded", ("status",)),
        ("received", "cancelled", "processing", "cancelled", ("status",)),
        ("received", "shipped", "cancelled", "cancelled", ()),
        ("received", "completed", "refunded", "refunded", ()),
        ("received", "cancelled", "refunded", "refunded", ()),
        ("processing", "refunded", "received", "refunded", ("status",)),
        ("shipped", "received", "completed", "completed", ()),
        ("received", None, "cancelled", "cancelled", ()),
        ("cancelled", None, "received", "received", ()),
        ("shipped", None, "processing", "processing", ()),
        ("received", "on hold", "shipped", "shipped", ()),
    ],
)
@pytest.mark.parametrize("tax", ["2.30", "3.30"])
def test_a_status_that_both_changed(
    shop: Shop, order: Payload, first: str, staff: str | None, sent: str, after: str, kept: tuple[str, ...], tax: str
) -> None:
    """The one that is further along stays: nothing that is cancelled or refunded counts again by a retry."""
    order = order | {"status": first}
    order_id = shop.first(order)
    if staff == "on hold":
        shop.mend(order_id, status=staff)
    elif staff:
        shop.staff(order_id, staff)
    changed_order = without("total")(order) | {"status": sent, "tax": tax}
    assert "status" in conflict_of(shop.send(changed_order)[0])
    (result,) = shop.send(changed_order, update=True)
    moved = after != (staff or first) or tax != "2.30"
    assert (outcome_of(result), kept_of(result)) == (UPDATED if moved else SAME, kept)
    assert (shop.read(order_id).status, shop.read(order_id).tax) == (after, Decimal(tax))
    for update in (False, True):
        (again,) = shop.send(changed_order, update=update)
        assert (outcome_of(again), kept_of(again)) == (SAME, ())
    assert shop.read(order_id).status == after


@pytest.mark.parametrize("stored", ["refunded", "cancelled", "Refunded"])
def test_an_order_of_another_program_that_counts_nowhere_is_not_counted_again(
    shop: Shop, order: Payload, caught_up: Callable[[], None], stored: str
) -> None:
    row = put_order(orderReference="ORD-1", status=stored)
    caught_up()
    for sent in (order, without("status")(order), order | {"status": "shipped"}):
        shop.send(sent, update=True)
        after = order_from_row(order_item(row["orderID"]))
        assert (is_counted(after.status), after.total) == (False, Decimal("36.60"))
    caught_up()
    assert verify(settle=0) == []


def test_a_status_that_staff_set_first_and_the_sender_caught_up_with(shop: Shop, order: Payload) -> None:
    """What was sent last is remembered even where it changed nothing."""
    order_id = shop.first(order)
    shop.staff(order_id, "cancelled")
    before = order_item(order_id)
    assert outcome_of(shop.send(order | {"status": "cancelled"})[0]) == SAME
    after = order_item(order_id)
    assert after | {"sentVersions": 0} == before | {"sentVersions": 0}
    shop.staff(order_id, "received")
    for update in (False, True):
        assert outcome_of(shop.send(order | {"status": "cancelled"}, update=update)[0]) == SAME
    assert outcome_of(shop.send(order, update=True)[0]) == SAME
    assert shop.read(order_id).status == "received"


def test_a_customer_who_was_mended_stays_and_another_one_is_taken(shop: Shop, order: Payload) -> None:
    order_id = shop.first(order)
    row = order_item(order_id)
    shop.mend(order_id, contactID="another", customer=row["customer"] | {"email": "right@example.com"})
    (kept,) = shop.send(order | {"source": "web"}, update=True)
    assert (outcome_of(kept), shop.read(order_id).contact_id) == (UPDATED, "another")
    assert kept.outcome is not None
    assert (kept.outcome.contact_id, kept.outcome.contact_created) == ("another", False)
    assert get(Contact, "another") is None
    (moved,) = shop.send(with_customer(email="third@example.com")(order), update=True)
    assert moved.outcome is not None
    assert moved.outcome.contact_created
    after = shop.read(order_id)
    assert (after.contact_id, after.customer.email) == (moved.outcome.contact_id, "third@example.com")


def test_further_fields_and_descriptions_go_along(shop: Shop, order: Payload) -> None:
    order_id = shop.first(order)
    other = [LINES[1] | {"description": None}, LINES[0] | {"description": "New", "quantity": 3}]
    sent = without("total", "nested")(order) | {"items": other, "executionId": 9, "note": "x"}
    assert outcome_of(shop.send(sent, update=True)[0]) == UPDATED
    row = order_item(order_id)
    assert row["extra"] == {"executionId": 9, "nested": {"attempt": 1}, "note": "x"}
    assert [line["description"] for line in row["items"]] == ["Tape", "New"]


def test_further_fields_that_no_row_can_hold_replace_the_stored_ones(shop: Shop, order: Payload) -> None:
    order_id = shop.first(order | {"a": "x" * 200_000})
    assert outcome_of(shop.send(order | {"source": "web", "b": "x" * 200_000}, update=True)[0]) == UPDATED
    assert set(order_item(order_id)["extra"]) == {"executionId", "nested", "b"}


def test_money_that_makes_no_order_together_is_taken_as_sent(shop: Shop, order: Payload) -> None:
    """Staff gave a discount of 30, then the sender takes the box out: 2.30 + 3.30 + 12 would be below 0."""
    order_id = shop.first(order)
    shop.mend(order_id, discount=Decimal(30), total=Decimal("7.60"))
    assert outcome_of(shop.send(order | {"items": LINES[1:], "total": "16.60"}, update=True)[0]) == UPDATED
    assert (shop.read(order_id).total, shop.read(order_id).discount) == (Decimal("16.60"), Decimal(1))


@pytest.mark.parametrize("late_change", ["none", "spelling"])
def test_the_late_first_version(shop: Shop, order: Payload, late_change: str) -> None:
    order_id = shop.first(order)
    second = without("total")(order) | {"items": [*LINES, GIFT], "status": "refunded"}
    assert outcome_of(shop.send(second, update=True)[0]) == UPDATED
    before = order_item(order_id)
    late = order if late_change == "none" else with_customer(phone="0255501234")(order | {"items": LINES[::-1]})
    assert outcome_of(shop.send(late, update=True)[0]) == STALE
    assert [outcome_of(one) for one in shop.send(late, second, late, update=True)] == [STALE, SAME, STALE]
    assert conflict_of(shop.send(late)[0]) == ["status", "items", "total"]
    assert order_item(order_id) == before
    third = second | {"status": "shipped"}
    assert outcome_of(shop.send(third, update=True)[0]) == UPDATED
    assert [outcome_of(one) for one in shop.send(order, second, third, update=True)] == [STALE, STALE, SAME]


def test_only_so_many_versions_are_kept(shop: Shop, order: Payload) -> None:
    versions = [without("total")(order) | {"tax": str(tax)} for tax in range(MOST_VERSIONS + 2)]
    order_id = shop.first(versions[0])
    for version in versions[1:]:
        assert outcome_of(shop.send(version, update=True)[0]) == UPDATED
    row = order_item(order_id)
    assert len(row["sentVersions"]) == 1 + 60 * MOST_VERSIONS
    assert len(sent_versions(row, order_from_row(row)).earlier) == MOST_VERSIONS - 1
    assert [outcome_of(shop.send(one, update=True)[0]) for one in versions[2:-1]] == [STALE] * (MOST_VERSIONS - 1)
    assert outcome_of(shop.send(versions[1], update=True)[0]) == UPDATED


@pytest.mark.parametrize("update", [False, True])
def test_an_older_updated_at_changes_nothing(shop: Shop, order: Payload, update: bool) -> None:
    def at(minute: int, **changes: Any) -> Payload:
        return without("total")(order) | {"updatedAt": f"2025-10-21T10:{minute:02}:00+11:00"} | changes

    order_id = shop.first(at(10))
    assert order_item(order_id)["sentUpdatedAt"] == "2025-10-20T23:10:00Z"
    assert outcome_of(shop.send(at(12, tax="5"), update=True)[0]) == UPDATED
    before = order_item(order_id)
    older = [at(10), at(11, status="refunded"), at(11, tax="5"), at(11, updatedAt="2025-10-20T23:11:59.999Z")]
    assert [outcome_of(one) for one in shop.send(*older, update=update)] == [STALE] * 4
    assert outcome_of(shop.send(at(12, tax="5"), update=update)[0]) == SAME
    assert order_item(order_id) == before
    assert outcome_of(shop.send(at(14, tax="5"), update=update)[0]) == SAME
    assert order_item(order_id)["sentUpdatedAt"] == "2025-10-20T23:14:00Z"
    assert outcome_of(shop.send(at(13, tax="6"), update=update)[0]) == STALE
    if update:
        assert outcome_of(shop.send(at(14, tax="7"), update=True)[0]) == UPDATED
        assert outcome_of(shop.send(without("total")(order) | {"tax": "8"}, update=True)[0]) == UPDATED
        assert outcome_of(shop.send(at(13, tax="9"), update=True)[0]) == STALE
        assert outcome_of(shop.send(at(15), update=True)[0]) == UPDATED, "newer: back to what it was at first"
        assert shop.read(order_id).tax == Decimal("2.30")
    else:
        assert conflict_of(shop.send(at(15))[0]) == ["tax"]


@pytest.mark.parametrize(
    "value", ["yesterday", "2025-10-21T10:00:00", 5, "2025-10-25T10:00:00Z", "1999-01-01T00:00:00Z"]
)
def test_an_updated_at_that_is_no_instant_of_now_or_before(shop: Shop, order: Payload, value: Any) -> None:
    """One far in the future would make every later version an older one."""
    (result,) = shop.send(order | {"updatedAt": value})
    assert [one.field for one in result.problems] == ["updatedAt"]


def test_an_updated_at_that_was_kept_among_the_further_fields(shop: Shop, order: Payload) -> None:
    """As it was before there were versions."""
    order_id = shop.first(order)
    row = order_item(order_id) | {"importedStatus": "received"}
    row["extra"] |= {"updatedAt": "2025-10-21T00:00:00Z"}
    put_row(WebOrder, {name: value for name, value in row.items() if name != "sentVersions"})
    late = order | {"updatedAt": "2025-10-20T00:00:00Z", "source": "web"}
    assert outcome_of(shop.send(late, update=True)[0]) == STALE
    assert (
        outcome_of(shop.send(order | {"updatedAt": "2025-10-22T00:00:00Z", "source": "web"}, update=True)[0]) == UPDATED
    )
    row = order_item(order_id)
    assert (row["sentUpdatedAt"], "updatedAt" in row["extra"], "importedStatus" in row) == (
        "2025-10-22T00:00:00Z",
        False,
        False,
    )


@pytest.mark.parametrize("damaged", ["text", b"", b"\x01", b"\x02" + bytes(60), b"\x01" + bytes(59), ["x"], None])
def test_versions_that_another_program_damaged(shop: Shop, order: Payload, damaged: Any) -> None:
    order_id = shop.first(order)
    shop.mend(order_id, sentVersions=damaged, sentUpdatedAt=5)
    assert outcome_of(shop.send(order, update=True)[0]) == SAME
    assert outcome_of(shop.send(order | {"source": "web"}, update=True)[0]) == UPDATED
    assert outcome_of(shop.send(order, update=True)[0]) == STALE


def test_a_broken_row_is_mended_and_stays_refunded(shop: Shop, order: Payload, caught_up: Callable[[], None]) -> None:
    order_id = shop.first(order)
    shop.staff(order_id, "refunded")
    shop.mend(order_id, total="many", createdAt="soon")
    assert conflict_of(shop.send(order)[0]) == ["order"]
    assert outcome_of(shop.send(order, update=True)[0]) == UPDATED
    assert (shop.read(order_id).status, shop.read(order_id).total) == ("refunded", Decimal("36.60"))
    assert outcome_of(shop.send(order, update=True)[0]) == SAME
    shop.mend(order_id, total="many")
    assert kept_of(shop.send(order | {"status": "shipped"}, update=True)[0]) == ("status",)
    assert shop.read(order_id).status == "refunded"
    caught_up()
    assert verify(settle=0) == []
