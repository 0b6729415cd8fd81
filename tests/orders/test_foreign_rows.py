"""Order rows that others wrote: what can be understood counts, what cannot is parked, and nothing is blocked."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from customers.services import customer_row
from orders.api.order_json import order_json
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.rows import order_from_row
from orders.selectors import order_item
from orders.services import order_change_status
from orders.tables import WebOrder
from packprod.api.json import to_json
from packprod.errors import BrokenOrder, NotFound
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


@pytest.mark.parametrize("total", [Decimal("7"), "7", " 7.00 ", Decimal("-7.5"), "0.333333333333"])
def test_money_in_any_dress_keeps_its_digits(client_id: str, total: object) -> None:
    assert order_from_row(foreign_row(total=total)).total == Decimal(str(total).strip())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total": "abc"}, "total is not an amount of money."),
        ({"total": "NaN"}, "total is not an amount of money."),
        ({"total": "Infinity"}, "total is not an amount of money."),
        ({"total": [Decimal(1)]}, "total is not an amount of money."),
        ({"total": True}, "total is not an amount of money."),
        ({"total": "9" * 300}, "total is out of range: 1,000,000,000,000 or more."),
        ({"total": "1." + "3" * 60}, "total has more than 12 decimals."),
        ({"shipping": "1e-140"}, "shipping has more than 12 decimals."),
        (
            {"items": [{"productCode": "A", "quantity": "0.00000001", "unitPrice": "0.00000001"}]},
            "items.0 has more than 12 decimals.",
        ),
        ({"tax": "-1e27"}, "tax is out of range: 1,000,000,000,000 or more."),
        ({"total": None, "items": None}, "total is not an amount of money."),
        ({"items": "two boxes"}, "items is not a list."),
        ({"items": ["box"]}, "items.0 is not a map."),
        ({"items": [{"quantity": Decimal(1), "unitPrice": "1"}]}, "items.0.productCode is missing."),
        ({"items": [{"productCode": "A", "unitPrice": "1"}]}, "items.0.quantity is not an amount of money."),
        (
            {"items": [{"productCode": "A", "quantity": Decimal(10**9), "unitPrice": "10000"}]},
            "items.0 is out of range: 1,000,000,000,000 or more.",
        ),
        ({"createdAt": "yesterday"}, "createdAt is not an instant with an offset."),
        ({"createdAt": "2025-10-20T10:30:00"}, "createdAt is not an instant with an offset."),
        ({"createdAt": "9999-12-31T23:59:59Z"}, "createdAt lies in the year 9999."),
        ({"createdAt": "0001-01-01T00:00:00Z"}, "createdAt lies in the year 1."),
        ({"contactID": None}, "contactID is missing."),
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
    assert stored == row | {"status": "shipped", "updatedAt": "2025-10-23T08:15:30Z"}


def test_whatever_others_keep_under_extra_can_be_shown(client_id: str) -> None:
    row = foreign_row(extra={"photo": b"\x00\xff", "tags": {"b", "a"}, "deep": [{"more": b"x"}]})
    shown = order_json(order_from_row(row)).extra
    assert shown == {"photo": "AP8=", "tags": ["a", "b"], "deep": [{"more": "eA=="}]}
    assert to_json(shown)
