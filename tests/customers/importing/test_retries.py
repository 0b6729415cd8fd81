"""A retry is the same order however it is spelled and whatever became of the order since: it moves no revenue.

Each spelling is sent after staff moved the status on and after another program mended the address, with and without
`?onConflict=update`, on its own, in an array, and twice in one array.
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.importing.batch import ImportResult, orders_import
from customers.services import customer_row
from customers.tables import Contact
from orders.order import Order
from orders.rows import order_from_row
from orders.selectors import order_item
from orders.services import order_change_status
from orders.tables import WebOrder
from packprod.dynamodb.reads import scan_all
from packprod.errors import NotFound, OrderConflict
from packprod.readmodels.rebuild.verify import verify
from tests.orders.foreign import put_order, put_row

Payload = dict[str, Any]
LINES = [
    {"productCode": "BOX-É", "description": "Mailing box A4", "quantity": 2, "unitPrice": "10.00"},
    {"productCode": "TAPE", "description": "Tape", "quantity": 3, "unitPrice": "1.10"},
]
BOX, TAPE = LINES


@pytest.fixture
def order(client_id: str) -> Payload:
    """Every field, and further ones."""
    return {
        "orderReference": "ORD-1",
        "createdAt": "2025-10-20T10:30:00Z",
        "customer": {
            "name": "Zoë O’Brien",
            "email": "zoe@bücher.example",
            "company": "Acme  Corp",
            "phone": "+61 2 5550 1234",
        },
        "items": LINES,
        "tax": "2.30",
        "shipping": "12.00",
        "discount": "1",
        "total": "36.60",
        "currency": "AUD",
        "status": "received",
        "source": "n8n",
        "executionId": 771,
        "nested": {"attempt": 1},
    }


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def with_customer(**changes: Any) -> Callable[[Payload], Payload]:
    return lambda order: order | {"customer": order["customer"] | changes}


def without(*names: str) -> Callable[[Payload], Payload]:
    return lambda order: {name: value for name, value in order.items() if name not in names}


def changed(**changes: Any) -> Callable[[Payload], Payload]:
    return lambda order: order | changes


SPELLINGS: dict[str, Callable[[Payload], Payload]] = {
    "as it was": changed(),
    "another execution": changed(executionId=772, nested={"attempt": 2}, resumed=True),
    "no further fields": without("executionId", "nested"),
    "lines in another order": changed(items=LINES[::-1]),
    "two lines of one": changed(items=[BOX | {"quantity": 1}, TAPE, BOX | {"quantity": 1}]),
    "three lines of one, apart": changed(items=[TAPE | {"quantity": 1}, BOX, TAPE | {"quantity": 2}]),
    "numbers as text and back": changed(items=[BOX | {"quantity": "2.0", "unitPrice": 10}, TAPE], tax=Decimal("2.3")),
    "no descriptions": changed(items=[{**BOX, "description": None}, {**TAPE, "description": ""}]),
    "other descriptions": changed(items=[BOX | {"description": "MAILING  box a4 "}, TAPE]),
    "a code in NFD": changed(items=[BOX | {"productCode": nfd("BOX-É")}, TAPE]),
    "a name in NFD": with_customer(name=nfd("Zoë O’Brien")),
    "spaces in names": with_customer(name=" Zoë\u00a0O’Brien ", company="Acme Corp"),
    "invisible characters": with_customer(name="Zoë\u200b O’Brien\ufeff"),
    "an e-mail in capitals": with_customer(email=" Zoe@BÜCHER.example"),
    "an e-mail in ASCII": with_customer(email="zoe@xn--bcher-kva.example"),
    "a national phone": with_customer(phone="(02) 5550-1234"),
    "a phone with other spaces": with_customer(phone="+61 255 501 234"),
    "no phone": with_customer(phone=None),
    "no names": with_customer(name="", company=None),
    "no amounts": without("tax", "shipping", "discount", "total"),
    "no total": without("total"),
    "totals as numbers": changed(total=Decimal("36.6"), discount=Decimal("1.00"), subtotal="23.30"),
    "another offset": changed(createdAt="2025-10-20T21:30:00.000+11:00"),
    "no date": without("createdAt"),
    "no status": without("status"),
    "no source": without("source", "currency"),
    "a source in capitals": changed(source=" N8N", currency="aud"),
    "nulls": changed(tax=None, total=None, status=None, source=None, createdAt=None),
    "several": lambda order: (
        with_customer(name=nfd("Zoë O’Brien"), phone="0255501234")(order)
        | {"items": [TAPE, BOX | {"quantity": 1}, BOX | {"quantity": 1}], "executionId": 9}
    ),
}


def outcome_of(result: ImportResult) -> tuple[bool, bool, bool]:
    assert result.outcome is not None, result.error
    return result.outcome.created, result.outcome.updated, result.outcome.stale


def conflict_of(result: ImportResult) -> list[str]:
    assert isinstance(result.error, OrderConflict), result
    return [problem.field for problem in result.error.problems]


SAME, STALE, UPDATED = (False, False, False), (False, False, True), (False, True, False)


class Shop:
    """One order of one sender, and what others do to it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def send(self, *payloads: Payload, update: bool = False) -> list[ImportResult]:
        """Sends them in one array, a minute later each time."""
        self.now += timedelta(minutes=1)
        return orders_import(payloads=payloads, on_conflict="update" if update else "reject", now=self.now)

    def first(self, payload: Payload) -> str:
        """Sends a new order; its id."""
        (result,) = self.send(payload)
        assert result.outcome is not None, result.error
        assert result.outcome.created
        return result.outcome.order_id

    def staff(self, order_id: str, status: str) -> None:
        """Staff change the status."""
        self.now += timedelta(minutes=1)
        order_change_status(order_id=order_id, status=status, updated_by="user anna", now=self.now)

    def mend(self, order_id: str, **attributes: Any) -> None:
        """Another program changes attributes of the row and leaves our stamps as they are."""
        put_row(WebOrder, order_item(order_id) | attributes)

    def read(self, order_id: str) -> Order:
        return order_from_row(order_item(order_id))


@pytest.fixture
def shop(client_id: str, now: datetime) -> Shop:
    return Shop(now)


def refuses_to_move(shop: Shop, order: Payload, order_id: str) -> None:
    """Sends every spelling in both modes, alone and twice in an array: nothing is written."""
    before = order_item(order_id), list(scan_all(Contact))
    for name, spelling in SPELLINGS.items():
        again = spelling(order)
        for update in (False, True):
            results = [*shop.send(again, update=update), *shop.send(again, again, update=update)]
            assert [outcome_of(one) for one in results] == [SAME] * 3, name
        assert (order_item(order_id), list(scan_all(Contact))) == before, name


@pytest.mark.parametrize("status", ["received", "shipped", "refunded"])
def test_a_retry_in_any_spelling_writes_nothing(shop: Shop, order: Payload, status: str) -> None:
    order_id = shop.first(order)
    shop.staff(order_id, status)
    refuses_to_move(shop, order, order_id)


def test_a_retry_leaves_what_another_program_mended(shop: Shop, order: Payload) -> None:
    order_id = shop.first(order)
    row = order_item(order_id)
    shop.mend(
        order_id,
        customer=row["customer"] | {"email": "right@example.com", "phone": "0400 000 000", "name": "Right"},
        items=[*row["items"], {"productCode": "GIFT", "quantity": Decimal(1), "unitPrice": Decimal(5)}],
        subtotal=Decimal("28.30"),
        total=Decimal("41.60"),
        status="shipped",
        source="phone",
        createdAt="2025-10-19T00:00:00Z",
    )
    refuses_to_move(shop, order, order_id)


def test_a_retry_of_a_row_from_before_there_were_versions(shop: Shop, order: Payload) -> None:
    """Such a row has `importedStatus`, and an e-mail as it was normalised then."""
    order_id = shop.first(order)
    row = order_item(order_id) | {"importedStatus": "received", "extra": {"executionId": Decimal(1)}}
    row["customer"] = row["customer"] | {"email": "zoe@bücher.example"}
    put_row(WebOrder, {name: value for name, value in row.items() if name != "sentVersions"})
    shop.staff(order_id, "refunded")
    refuses_to_move(shop, order, order_id)


def test_a_retry_of_an_order_of_another_program(shop: Shop, order: Payload, caught_up: Callable[[], None]) -> None:
    """Once staff refund it, the status that it had before is the one that it came with."""
    row = put_order(
        **{name: order[name] for name in ("orderReference", "createdAt", "customer", "tax", "shipping", "discount")},
        items=[line | {"quantity": Decimal(quantity)} for line, quantity in zip(LINES, (2, 3), strict=True)],
        total="36.60",
        source="N8n",
        carrier={"name": "post"},
    )
    caught_up()
    refuses_to_move(shop, order, row["orderID"])
    assert order_item(row["orderID"]) == row
    shop.staff(row["orderID"], "refunded")
    refuses_to_move(shop, order, row["orderID"])
    assert order_item(row["orderID"])["carrier"] == {"name": "post"}


def test_e_mails_that_were_case_folded_are_still_known(shop: Shop, order: Payload) -> None:
    sent = with_customer(email="moß@example.com")(order)
    order_id = shop.first(sent)
    row = order_item(order_id)
    row["customer"] = row["customer"] | {"email": "moss@example.com"}
    put_row(WebOrder, {name: value for name, value in row.items() if name != "sentVersions"})
    for update in (False, True):
        assert outcome_of(shop.send(sent, update=update)[0]) == SAME
    shop.first(sent | {"orderReference": "ORD-2"})
    assert conflict_of(shop.send(with_customer(email="moss@example.com")(sent | {"orderReference": "ORD-2"}))[0]) == [
        "customer.email"
    ]


def test_lines_that_are_rounded_one_by_one_make_the_same_total(shop: Shop, order: Payload) -> None:
    """Six labels at 0.0385 are 0.23; one by one they are 0.24, which is no other order."""
    label = {"productCode": "LABEL", "quantity": 6, "unitPrice": "0.0385"}
    sent = without("tax", "shipping", "discount", "total")(order) | {"items": [label]}
    order_id = shop.first(sent)
    total = shop.read(order_id).total
    one_by_one = sent | {"items": [label | {"quantity": 1}] * 6}
    for again in (one_by_one, one_by_one | {"total": "0.24"}):
        for update in (False, True):
            assert outcome_of(shop.send(again, update=update)[0]) == SAME
    assert shop.read(order_id).total == total


def test_figures_stay_where_staff_put_them(
    shop: Shop, order: Payload, caught_up: Callable[[], None], now: datetime
) -> None:
    order_id = shop.first(order)
    contact_id = order_item(order_id)["contactID"]
    shop.staff(order_id, "refunded")
    for spelling in SPELLINGS.values():
        shop.send(spelling(order), update=True)
    caught_up()
    with pytest.raises(NotFound):
        customer_row(contact_id, now=now)
    assert verify(settle=0) == []
    shop.staff(order_id, "shipped")
    for spelling in SPELLINGS.values():
        shop.send(spelling(order), update=True)
    caught_up()
    assert customer_row(contact_id, now=now)[0]["totalSpend"] == Decimal("36.60")
    assert verify(settle=0) == []
