"""Ids with slashes, ids named like sub-paths and their neighbours: each address is exactly one id's."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.orders.foreign import put_order

pytestmark = pytest.mark.usefixtures("unthrottled")
PAIRS = [("x", "x/"), ("BOX", "BOX/orders"), ("a", "a%2F"), ("50%", "50%25"), ("..", "."), ("e", "E"), ("+", "a+b")]
SPACES = [("s", " s"), ("n", "n\n"), ("t", "t\u200b")]  # the same product, but ids of their own


def sent(client: Client, path: str, method: str = "get", **options: Any) -> Any:
    """As over gunicorn, which passes on the path as it was sent."""
    return getattr(client, method)(path, RAW_URI=path, **options)


def address_of(key: str) -> str:
    return quote(key, safe="")


def put(key: str) -> None:
    """An order with this id, of a contact and with a product of the same name."""
    item = {"productCode": key, "quantity": 1, "unitPrice": "1.00"}
    put_order(orderID=key, contactID=key, items=[item], total="1.00")


@pytest.mark.parametrize(("one", "other"), [*PAIRS, *SPACES])
def test_two_ids_that_are_nearly_the_same(
    reader: Client, writer: Client, caught_up: Callable[[], None], one: str, other: str
) -> None:
    put(one)
    put(other)
    caught_up()
    cancelled = {"data": {"status": "cancelled"}, "content_type": "application/json"}
    changed = sent(writer, f"/api/orders/{address_of(other)}", "patch", **cancelled)
    assert changed.json()["data"]["orderID"] == other
    for key, status in ((one, "received"), (other, "cancelled")):
        order = sent(reader, f"/api/orders/{address_of(key)}").json()["data"]
        assert (order["orderID"], order["status"]) == (key, status)
        listed = sent(reader, f"/api/customers/{address_of(key)}/orders").json()["data"]
        assert [row["orderID"] for row in listed] == [key]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_codes_that_are_nearly_the_same(
    reader: Client, caught_up: Callable[[], None], one: str, other: str
) -> None:
    put(one)
    put(other)
    caught_up()
    for code in (one, other):
        assert sent(reader, f"/api/products/{address_of(code)}").json()["data"]["productCode"] == code
        listed = sent(reader, f"/api/products/{address_of(code)}/orders").json()["data"]
        assert [row["orderID"] for row in listed] == [code]


def test_what_nobody_has(reader: Client, caught_up: Callable[[], None]) -> None:
    put_order(
        orderID="x", contactID="x", items=[{"productCode": "x", "quantity": 1, "unitPrice": "1.00"}], total="1.00"
    )
    caught_up()
    for key in ("x%2F", "x%2Forders", "x%2Fevents", "%2Fx", "x%0A", "x%20", "X", "x%252F", "x//", "x/y"):
        for room in ("orders", "products", "customers"):
            assert sent(reader, f"/api/{room}/{key}").status_code == 404, (room, key)
    for key in ("x", "x/"):
        for room in ("orders", "products", "customers"):
            assert sent(reader, f"/api/{room}/{key}").status_code == 200, (room, key)


def test_the_order_with_the_id_parked(reader: Client, writer: Client, caught_up: Callable[[], None]) -> None:
    broken = put_order(total="broken")
    caught_up()
    for address in ("/api/parked-orders", "/api/orders/parked", "/api/orders/parked/"):
        assert [row["orderID"] for row in sent(reader, address).json()["data"]] == [broken["orderID"]]
    put_order(orderID="parked")
    caught_up()
    assert sent(reader, "/api/orders/parked").json()["data"]["orderID"] == "parked"
    assert sent(reader, "/api/orders/parked/events").json()["data"]
    body = {"data": {"status": "shipped"}, "content_type": "application/json"}
    assert sent(writer, "/api/orders/parked", "patch", **body).json()["data"]["status"] == "shipped"
    assert [row["orderID"] for row in sent(reader, "/api/parked-orders").json()["data"]] == [broken["orderID"]]


def test_slashes_as_they_are(reader: Client, writer: Client, caught_up: Callable[[], None]) -> None:
    """Where no longer address matches, they belong to the id, too."""
    put_order(orderID="slash/X", contactID="a/b")
    caught_up()
    for address in ("orders/slash%2FX", "orders/slash/X/"):
        assert sent(reader, f"/api/{address}").json()["data"]["orderID"] == "slash/X", address
    assert reader.get("/api/orders/slash%2FX").json()["data"]["orderID"] == "slash/X"  # no raw path
    assert sent(reader, "/api/customers/a%2Fb/reorders").status_code == 200
    assert sent(reader, "/api/customers/a/b").json()["data"]["contactID"] == "a/b"
