"""One reference in any spelling is one order, whoever stored it, and under which rule."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from orders.references import own_order_id, shared_references
from orders.rows import order_from_row
from orders.selectors import order_item
from orders.tables import WebOrder
from tests.orders.foreign import delete_row, foreign_row, put_order

Import = Callable[..., Any]
# Fifteen spellings that nobody can tell from PO-1.
SPELLINGS = (
    *("PO-1\u00ad", "\u200bPO-1", "PO\u200d-1", "\ufeffPO-1", "PO-\u20601", "PO-1\u200e", "\u202ePO-1", "PO\u034f-1"),
    *(" PO-1", "\u00a0PO-1", "PO-1\u3000", "PO-1\n", "\u2028PO-1", "PO\ufe0f-1", "P\u2063O-1"),
)


@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
def test_an_order_of_another_writer_has_the_normalised_reference_and_codes(client_id: str, spelling: str) -> None:
    line = {"productCode": spelling, "quantity": Decimal(2), "unitPrice": Decimal("3.50"), "description": spelling}
    customer = {"name": spelling, "email": "Jo@Example.com\u200b", "company": spelling, "phone": spelling}
    row = foreign_row(orderReference=spelling, items=[line], customer=customer, source=spelling, status=spelling)
    order = order_from_row(row)
    texts = (order.order_reference, order.items[0].product_code, order.items[0].description, order.source)
    assert texts == ("PO-1",) * 4
    assert order.status == "po-1"
    customer_texts = (order.customer.name, order.customer.company, order.customer.phone, order.customer.email)
    assert customer_texts == ("PO-1", "PO-1", "PO-1", "jo@example.com")
    assert order.stored_reference == spelling


@pytest.mark.parametrize("number", [Decimal(1001), Decimal("1001.0"), "1001", " 1001\u200b"])
def test_a_reference_and_a_code_stored_as_a_number(client_id: str, number: object) -> None:
    line = {"productCode": number, "quantity": Decimal(2), "unitPrice": Decimal("3.50")}
    order = order_from_row(foreign_row(orderReference=number, items=[line]))
    assert (order.order_reference, order.items[0].product_code) == ("1001", "1001")


@pytest.mark.parametrize(
    ("stored", "identity", "typed"),
    [
        ("Info@Bücher.example", "info@xn--bcher-kva.example", "Info@Bücher.example"),
        ("Moß@Example.com", "moß@example.com", ""),
        (" JOHN@example.com\u200b", "john@example.com", ""),
        ("no address", "no address", ""),
    ],
)
def test_an_email_that_another_writer_stored(client_id: str, stored: str, identity: str, typed: str) -> None:
    customer = order_from_row(foreign_row(customer={"email": stored})).customer
    assert (customer.email, customer.typed_email) == (identity, typed)


def test_what_was_typed_belongs_to_the_address_that_it_spells(client_id: str) -> None:
    customer = {"email": "ann@example.com", "typedEmail": "Info@Bücher.example"}
    assert order_from_row(foreign_row(customer=customer)).customer.typed_email == ""


def test_all_spellings_sent_at_once_and_one_by_one_are_one_order(
    imported: Import, make_order: Import, caught_up: Callable[[], None]
) -> None:
    whole = [make_order(spelling) for spelling in SPELLINGS]
    outcomes = [result.outcome for result in imported(*whole)]
    outcomes += [imported(order)[0].outcome for order in whole]
    assert {one.order_id for one in outcomes} == {own_order_id("PO-1")}
    assert [one.created for one in outcomes].count(True) == 1
    assert order_item(own_order_id("PO-1"))["orderReference"] == "PO-1"


@pytest.mark.parametrize("stored", ["PO\u200b-1", "PO  1", "PO\u00a01", "PO-1\u202e"], ids=ascii)
def test_an_order_stored_under_the_old_rule_keeps_its_id_and_is_found(
    imported: Import, make_order: Import, caught_up: Callable[[], None], stored: str
) -> None:
    order_id = own_order_id(stored)
    put_order(**_as_imported(make_order(), order_id, stored))
    (same,) = imported(make_order(stored))  # at once, before the read model is built anew
    caught_up()
    (normal,) = imported(make_order(stored.replace("\u200b", "").replace("\u202e", "")))
    for result in (same, normal):
        assert (result.error, result.outcome and result.outcome.order_id) == (None, order_id)
        assert not result.outcome.created


def test_a_reference_sent_as_a_decimal_number_finds_the_order_stored_with_its_decimals(
    imported: Import, make_order: Import
) -> None:
    put_order(**_as_imported(make_order(), own_order_id("1001.0"), "1001.0"))
    (again,) = imported(make_order() | {"orderReference": Decimal("1001.0")})
    assert again.outcome.order_id == own_order_id("1001.0")


def test_orders_that_the_new_rule_makes_one_are_listed_and_left_alone(
    imported: Import, make_order: Import, caught_up: Callable[[], None]
) -> None:
    imported(make_order("PO-1"), make_order("PO-2"), make_order("PO-3"))
    put_order(orderID="spaced", orderReference="PO-1\u200b")
    put_order(orderID="alone", orderReference="PO\u00a09")
    put_order(orderID="twin-a", orderReference="PO-7 ")
    put_order(orderID="twin-b", orderReference="PO-7")
    caught_up()
    shared = {"PO-1": [own_order_id("PO-1"), "spaced"], "PO-7": ["twin-a", "twin-b"]}
    assert shared_references(most=50) == shared
    assert order_item("spaced")["orderReference"] == "PO-1\u200b"
    delete_row(WebOrder, "spaced")
    caught_up()
    assert shared_references(most=50) == {"PO-7": ["twin-a", "twin-b"]}


def _as_imported(order: dict[str, Any], order_id: str, reference: str) -> dict[str, Any]:
    """A row as the import of the commit before wrote it."""
    numbers = ("quantity", "unitPrice")
    items = [line | {name: Decimal(line[name]) for name in numbers} for line in order["items"]]
    return order | {"orderID": order_id, "orderReference": reference, "contactID": "c-1", "items": items, "total": None}
