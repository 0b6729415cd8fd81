"""Order rows that others wrote: what can be understood counts, what cannot is parked, and nothing is blocked."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from customers.services import customer_row
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.order_json import order_json
from orders.rows import order_from_row
from orders.selectors import order_item
from orders.services import order_change_status
from orders.statuses import is_counted
from orders.tables import WebOrder
from packprod.errors import BrokenOrder, NotFound
from packprod.json_objects import to_json
from packprod.readmodels.parked import parked_orders
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.stream.dead_letters import dead_letters
from tests.orders.foreign import delete_row, foreign_row, put_order, put_row

Caught = Callable[[], None]


def test_what_is_missing_is_worked_out(client_id: str) -> None:
    order = order_from_row(foreign_row(total=None, tax="1.00", status=None, orderReference=None))
    assert (order.subtotal, order.total, order.status) == (Decimal("7.00"), Decimal("8.00"), "received")
    assert order.order_reference == order.order_id
    assert order.created_at == datetime(2025, 10, 20, 10, 30, 0, 250_000, tzinfo=UTC)
    assert (order.currency, order.customer.email, order.extra) == ("AUD", "", {})


MONEY = [  # as stored, as read, what is odd about it
    (Decimal("7"), "7", ""),
    (Decimal("788.1780000000001"), "788.18", "rounded"),
    (Decimal("19.989999999999998"), "19.99", "rounded"),
    (Decimal("0.30000000000000004"), "0.30", "rounded"),
    (Decimal("2.675"), "2.68", "rounded"),
    (Decimal("2.6749999999999998"), "2.67", "rounded"),
    (Decimal("-1.005"), "-1.01", "rounded"),
    (Decimal("-0.001"), "0", "rounded"),
    (Decimal("-0"), "0", ""),
    (Decimal("5.684341886080802E-14"), "0", "rounded"),
    (Decimal("1.00000000000000000000000000000000000001"), "1", "rounded"),
    (Decimal("1E+3"), "1000", ""),
    ("7", "7", "text"),
    (" 7.00\n", "7", "text"),
    ("7.", "7", "text"),
    (".5", "0.5", "text"),
    ("+7.00", "7", "text"),
    ("-7.5", "-7.5", "text"),
    ("0.30000000000000004", "0.30", "rounded text"),
    ("5.684341886080802e-14", "0", "rounded text"),
    ("$1,234.50", "1234.50", "text"),
    ("-$5.00", "-5", "text"),
    ("$-5.00", "-5", "text"),
    ("-$-5.00", None, ""),
    ("A$12", "12", "text"),
    ("AU$ 12.30", "12.30", "text"),
    ("AUD 1,234.50", "1234.50", "text"),
    ("1,234,567.891 aud", "1234567.89", "rounded text"),
    ({"N": "12.50"}, "12.50", "text"),
    ("1.234,50", None, ""),
    ("1,23", None, ""),
    ("0,500", None, ""),
    ("1,2345", None, ""),
    ("1_000", None, ""),
    ("２", None, ""),
    ("١٢", None, ""),
    ("1e3", None, ""),
    ("12 34", None, ""),
    ("1'234.50", None, ""),
    ("12.50.00", None, ""),
    ("0x10", None, ""),
    ("US$12", None, ""),
    ("€12", None, ""),
    ("12 USD", None, ""),
    ("(12.50)", None, ""),
    ("--5", None, ""),
    ("NaN", None, ""),
    ("-Infinity", None, ""),
    ("undefined", None, ""),
    ("null", None, ""),
    (True, None, ""),
    ({"N": "12", "S": "x"}, None, ""),
]


@pytest.mark.parametrize(("stored", "read", "odd"), MONEY)
def test_money_of_any_writer(client_id: str, stored: object, read: str | None, odd: str) -> None:
    """To the cent, half up; parked only where it could be another number, too."""
    row = foreign_row(items=None, total=stored)
    if read is None:
        with pytest.raises(BrokenOrder, match=r"^total is not an amount of money"):
            order_from_row(row)
        return
    order = order_from_row(row)
    assert (order.total, str(order.total)[:1] == "-") == (Decimal(read), Decimal(read) < 0)
    assert set(order.odd) - {"zero", "negative"} == set(odd.split())
    assert order_json(order).total.as_tuple().exponent == -2


NULL = object()


def test_money_that_is_missing(client_id: str) -> None:
    """Null and empty text say nothing; what is not said is worked out."""
    nothing = {"subtotal": "", "shipping": NULL, "discount": " ", "tax": NULL, "total": ""}
    order = order_from_row(foreign_row() | {name: None if one is NULL else one for name, one in nothing.items()})
    read = (order.subtotal, order.tax, order.shipping, order.discount, order.total)
    assert read == tuple(map(Decimal, (7, 0, 0, 0, 7)))
    assert order_from_row(foreign_row(items=None, total=None, subtotal="10", tax="1")).total == 11


@pytest.mark.parametrize(
    ("quantity", "price", "read", "total", "odd"),
    [
        ("2.5", "19.99", ("2.5", "19.99"), "49.98", "text"),
        (Decimal(1000), Decimal("0.0385"), ("1000", "0.0385"), "38.50", ""),
        (Decimal(3), Decimal("0.0385"), ("3", "0.0385"), "0.12", ""),
        (Decimal("2.5000000000000004"), Decimal("3.3299999999999996"), ("2.5", "3.33"), "8.33", "rounded"),
        (Decimal("0.12345"), Decimal("0.98765"), ("0.123", "0.9877"), "0.12", "rounded"),
        ("1,000", "$0.85", ("1000", "0.85"), "850", "text"),
        (Decimal(-2), Decimal("3.50"), ("-2", "3.50"), "-7", "negative negative_quantity"),
        ({"N": "12"}, {"S": "1.10"}, ("12", "1.10"), "13.20", "text"),
    ],
)
def test_quantity_and_price_of_any_writer(
    client_id: str, quantity: object, price: object, read: tuple[str, str], total: str, odd: str
) -> None:
    line = {"productCode": "FILM", "quantity": quantity, "unitPrice": price}
    order = order_from_row(foreign_row(items=[line], total=None))
    assert (order.items[0].quantity, order.items[0].unit_price) == tuple(map(Decimal, read))
    assert order.items[0].line_total == order.subtotal == order.total == Decimal(total)
    assert set(order.odd) == set(odd.split())


@pytest.mark.parametrize("quantity", ["1_000", "２", "12 34", "1e3", "$5", "zwei", True])
def test_a_quantity_that_could_be_another_is_parked(client_id: str, quantity: object) -> None:
    with pytest.raises(BrokenOrder, match=r"^items\.0\.quantity is not a number") as caught:
        order_from_row(foreign_row(items=[{"productCode": "A", "quantity": quantity, "unitPrice": "1"}]))
    assert caught.value.kind == "items.quantity is not a number"


def test_items_as_json(client_id: str) -> None:
    """In text, in text in text, or encoded for DynamoDB twice: the same lines, their numbers exact."""
    lines = [{"productCode": "LBL", "description": "Labels", "quantity": 1000, "unitPrice": 0.0385}]
    twice = [{"M": {"productCode": {"S": "LBL"}, "quantity": {"N": "1000"}, "unitPrice": {"N": "0.0385"}}}]
    for items in (json.dumps(lines), json.dumps(json.dumps(lines)), json.dumps({"L": twice}), twice, {"L": twice}):
        order = order_from_row(foreign_row(items=items, total=None))
        ((code, quantity, price),) = [(one.product_code, one.quantity, one.unit_price) for one in order.items]
        assert (code, quantity, price) == ("LBL", Decimal(1000), Decimal("0.0385"))
        assert order.total == Decimal("38.50")
    coded = json.dumps([{"productCode": 1001.0, "quantity": "2", "unitPrice": 1e-7}])
    assert order_from_row(foreign_row(items=coded, total=None)).items[0].product_code == "1001"
    for nothing in ("", "null", "[]", " "):
        assert order_from_row(foreign_row(items=nothing)).items == ()


@pytest.mark.parametrize(
    ("changes", "customer"),
    [
        ({"customer": None, "customerName": "Jo", "customerEmail": "JO@X.COM"}, ("Jo", "jo@x.com", "", "")),
        ({"customer": {"name": "Jo"}, "customerName": "No", "customerEmail": "a@b.c"}, ("Jo", "a@b.c", "", "")),
        ({"customer": {"name": "", "email": None}, "customerName": " Jo "}, ("Jo", "", "", "")),
        ({"customerCompany": "Acme", "customerPhone": Decimal(255501234)}, ("", "", "Acme", "255501234")),
        ({"customer": '{"name": "Jo", "email": "a@b.c"}'}, ("Jo", "a@b.c", "", "")),
        ({"customer": {"M": {"name": {"S": "Jo"}}}}, ("Jo", "", "", "")),
        ({"customer": "Jo"}, ("", "", "", "")),
        ({"customer": {"name": {"first": "Jo"}}, "customerName": "Jo"}, ("Jo", "", "", "")),
    ],
)
def test_the_customer_beside_the_order(client_id: str, changes: dict[str, Any], customer: tuple[str, ...]) -> None:
    read = order_from_row(foreign_row(**changes)).customer
    assert (read.name, read.email, read.company, read.phone) == customer


@pytest.mark.parametrize(
    ("status", "counted", "odd"),
    [
        ("Cancelled", False, ()),
        ("CANCELED", False, ()),
        ("void", False, ()),
        (" Voided ", False, ()),
        ("Refunded", False, ()),
        ("on-hold", True, ("unknown_status",)),
        ("pending payment", True, ("unknown_status",)),
        ("", True, ()),
        (Decimal(3), True, ("unknown_status",)),
    ],
)
def test_statuses_of_any_writer(client_id: str, status: object, counted: bool, odd: tuple[str, ...]) -> None:
    row = foreign_row(total=Decimal(7), items=[{"productCode": "A", "quantity": Decimal(7), "unitPrice": Decimal(1)}])
    order = order_from_row(row | {"status": status})
    assert (is_counted(order.status), order.odd) == (counted, odd)


PLAIN = {"items": [{"productCode": "A", "quantity": Decimal(7), "unitPrice": Decimal(1)}], "total": Decimal(7)}


@pytest.mark.parametrize(
    ("changes", "odd"),
    [
        ({}, ()),
        ({"createdAt": "1999-12-31T12:59:59Z"}, ("past",)),
        ({"createdAt": "1999-12-31T13:00:00Z"}, ()),  # the first of January in Sydney
        ({"createdAt": "1970-01-01T00:00:00Z"}, ("past",)),
        ({"total": Decimal("7.01")}, ()),
        ({"total": Decimal("7.02")}, ("mismatch",)),
        ({"total": Decimal("6.98")}, ("mismatch",)),
        ({"total": Decimal("8.05"), "subtotal": Decimal(7), "tax": Decimal("1.05")}, ()),
        ({"total": Decimal(9), "subtotal": Decimal(9)}, ("mismatch",)),
        ({"total": Decimal(0), "discount": Decimal(7)}, ("zero",)),
        ({"total": Decimal(-3), "discount": Decimal(10)}, ("negative",)),
        ({"createdAt": "2025-10-20T19:30:00Z", "updatedAt": "2025-10-20T08:31:00Z"}, ("ahead",)),
        ({"createdAt": "2025-07-20T19:30:00Z", "updatedAt": "2025-07-20T09:31:00Z"}, ("ahead",)),
        ({"createdAt": "2025-10-20T19:30:00Z", "updatedAt": "2025-10-20T19:31:00Z"}, ()),
        ({"createdAt": "2025-10-20T19:30:00Z", "updatedAt": "2025-10-20T19:20:00Z"}, ()),
        ({"createdAt": "2025-10-20T19:30:00Z", "updatedAt": "2025-10-20"}, ()),
        ({"items": None, "total": Decimal(5)}, ()),
    ],
)
def test_what_is_odd(client_id: str, changes: dict[str, Any], odd: tuple[str, ...]) -> None:
    assert order_from_row(foreign_row(**(PLAIN | changes))).odd == odd


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total": "abc"}, "total is not an amount of money: “abc”."),
        ({"total": "NaN"}, "total is not an amount of money: “NaN”."),
        ({"total": "x" * 40}, f"total is not an amount of money: “{'x' * 30}…”."),
        ({"total": [Decimal(1)]}, "total is not an amount of money."),
        ({"total": True}, "total is not an amount of money."),
        ({"total": "9" * 300}, "total is out of range: 1,000,000,000,000 or more."),
        ({"tax": Decimal("-1e27")}, "tax is out of range: 1,000,000,000,000 or more."),
        ({"total": None, "items": None}, "total is missing, and there are no lines to add up."),
        ({"items": "two boxes"}, "items is not a list."),
        ({"items": ["box"]}, "items.0 is not a map."),
        ({"items": [{"quantity": Decimal(1), "unitPrice": "1"}]}, "items.0.productCode is missing."),
        ({"items": [{"productCode": "A", "unitPrice": "1"}]}, "items.0.quantity is missing."),
        (
            {"items": [{"productCode": "A", "quantity": Decimal(10**9), "unitPrice": "10000"}]},
            "items.0 is out of range: 1,000,000,000,000 or more.",
        ),
        ({"createdAt": "yesterday"}, "createdAt is not an instant with an offset."),
        ({"createdAt": "2025-10-20T10:30:00"}, "createdAt is not an instant with an offset."),
        ({"createdAt": "9999-12-31T23:59:59Z"}, "createdAt lies in the year 9999."),
        ({"createdAt": "0001-01-01T00:00:00Z"}, "createdAt lies in the year 1."),
        ({"contactID": None}, "contactID is missing: the order belongs to no customer."),
        ({"contactID": "k" * 201}, "contactID is longer than 200 bytes."),
        ({"currency": "USD"}, "currency is USD; figures are kept in AUD only."),
    ],
)
def test_what_cannot_be_used_says_why(client_id: str, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BrokenOrder) as caught:
        order_from_row(foreign_row(**changes))
    assert caught.value.message == reason


def test_the_life_of_a_foreign_order(caught_up: Caught, now: datetime) -> None:
    row = put_order()
    caught_up()
    assert customer_row(row["contactID"], now=now)[0]["totalSpend"] == Decimal("7")
    put_row(WebOrder, row | {"total": "9.10"})
    caught_up()
    assert customer_row(row["contactID"], now=now)[0]["totalSpend"] == Decimal("9.10")
    put_row(WebOrder, row | {"contactID": f"other-{row['orderID']}"})
    caught_up()
    assert customer_row(f"other-{row['orderID']}", now=now)[0]["orderCount"] == 1
    with pytest.raises(NotFound):
        customer_row(row["contactID"], now=now)
    delete_row(WebOrder, row["orderID"])
    caught_up()
    assert order_list(OrderFilter(), limit=10).items == []
    assert verify(settle=0) == []


def test_a_broken_row_is_parked_until_it_is_mended_and_blocks_nothing(caught_up: Caught, now: datetime) -> None:
    broken = put_order(createdAt="9999-12-31T23:59:59Z", total="1e400", contactID="k" * 2000)
    good = put_order()
    caught_up()
    assert [parked.order_id for parked in parked_orders()] == [broken["orderID"]]
    assert [order.order_id for order in order_list(OrderFilter(), limit=10).items] == [good["orderID"]]
    assert customer_row(good["contactID"], now=now)[0]["orderCount"] == 1
    assert broken["orderID"] not in {letter["sourceID"] for letter in dead_letters()}
    put_row(WebOrder, foreign_row(orderID=broken["orderID"]))
    caught_up()
    assert parked_orders() == []
    assert len(order_list(OrderFilter(), limit=10).items) == 2
    assert verify(settle=0) == []


def test_the_status_of_a_foreign_row_can_be_changed_and_its_attributes_stay(client_id: str, now: datetime) -> None:
    row = put_order(total="12.50", updatedAt=5, colour={"any": "thing"})
    order = order_change_status(order_id=row["orderID"], status="shipped", now=now)
    assert (order.status, order.total) == ("shipped", Decimal("12.50"))
    stored = order_item(row["orderID"])
    assert stored.pop("updateID")  # how the timeline knows our writes from those of others
    assert stored.pop("importedStatus") == "received"  # so that a retry of that order is known as one
    assert stored == row | {"status": "shipped", "updatedAt": "2025-10-23T08:15:30Z"}


def test_whatever_others_keep_under_extra_can_be_shown(client_id: str) -> None:
    row = foreign_row(extra={"photo": b"\x00\xff", "tags": {"b", "a"}, "deep": [{"more": b"x"}]})
    shown = order_json(order_from_row(row)).extra
    assert shown == {"photo": "AP8=", "tags": ["a", "b"], "deep": [{"more": "eA=="}]}
    assert to_json(shown)
