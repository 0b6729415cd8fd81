"""The same rules at every door: over HTTP, from a file, and replayed from the inbox after somebody edited the body."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from customers.inbox.models import ReceivedImport
from customers.inbox.services import inbox_edit, inbox_replay
from customers.tables import Contact
from orders.references import own_order_id
from orders.selectors import order_item
from packprod.dates import utc_now
from packprod.dynamodb.reads import get
from packprod.errors import NotFound
from tests.customers.importing.test_import_files import import_file, rejected

pytestmark = pytest.mark.usefixtures("unthrottled")
Door = Callable[[dict[str, Any]], list[tuple[str, str]]]
ITEM = {"productCode": "BOX-A4", "quantity": 10, "unitPrice": "1.50"}


@pytest.fixture(params=["http", "file", "replay"])
def door(
    request: pytest.FixtureRequest,
    post: Callable[..., Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Door:
    """Sends one order; the field and code of each problem, none for an order that is taken."""

    def over_http(order: dict[str, Any]) -> list[tuple[str, str]]:
        answer = post(json.dumps(order))
        details = [] if answer.status_code < 400 else answer.json()["error"]["details"]
        return [(one["field"], one["code"]) for one in details]

    def from_file(order: dict[str, Any]) -> list[tuple[str, str]]:
        path = tmp_path / "orders.jsonl"
        path.write_text(json.dumps(order))
        assert import_file(path) in (0, 1)
        return [(one["field"], one["code"]) for line in rejected(path) for one in line["errors"]]

    def replayed(order: dict[str, Any]) -> list[tuple[str, str]]:
        post("{")
        kept = ReceivedImport.objects.latest("pk")
        inbox_edit(import_id=kept.pk, text=json.dumps(order), updated_by="user anna", now=utc_now())
        row = inbox_replay(import_id=kept.pk, updated_by="user anna", now=utc_now())
        return [(one["field"], one["code"]) for result in row.results for one in result["errors"]]

    return {"http": over_http, "file": from_file, "replay": replayed}[request.param]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"orderReference": "undefined"}, ("orderReference", "placeholder_value")),
        ({"orderReference": "\u200b"}, ("orderReference", "required")),
        ({"items": [ITEM | {"productCode": "{{ $json.code }}"}]}, ("items.0.productCode", "placeholder_value")),
        ({"customer": {"email": "[object Object]"}}, ("customer.email", "placeholder_value")),
        ({"customer": {"email": "a..b@example.com"}}, ("customer.email", "invalid")),
        ({"customer": {"phone": "N/A"}}, ("customer.phone", "invalid_phone")),
        ({"items": [ITEM | {"quantity": "2.5004"}]}, ("items.0.quantity", "max_decimal_places")),
        ({"items": [ITEM | {"unitPrice": "$1,234.50"}]}, ("items.0.unitPrice", "invalid")),
        ({"total": "15.02"}, ("total", "total_mismatch")),
        ({"items": json.dumps([ITEM])}, ("items", "invalid")),
    ],
)
def test_what_is_refused(
    door: Door, make_order: Callable[..., Any], changes: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert door(make_order() | changes) == [problem]
    with pytest.raises(NotFound):
        order_item(own_order_id("ORD-1"))


def test_wrapped_orders_are_refused(door: Door, make_order: Callable[..., Any]) -> None:
    assert door({"body": make_order()}) == [("order", "wrapped")]


def test_what_is_taken_is_normalised(door: Door, make_order: Callable[..., Any]) -> None:
    line = {"productCode": 1001.0, "quantity": 2.5, "unitPrice": "0.0385", "description": "Film\n  clear\u200b"}
    customer = {"name": "Mu\u0308ller\u00a0 & Co", "email": "Info@Bücher.example", "phone": "undefined"}
    order = make_order("\u202e#7\u200b", items=[line], customer=customer, total=0.11, source="\ufeffn8n")
    assert door(order) == []
    row = order_item(own_order_id("#7"))
    assert (row["orderReference"], row["source"], str(row["total"])) == ("#7", "n8n", "0.11")
    (item,) = row["items"]
    assert (item["productCode"], item["description"]) == ("1001", "Film clear")
    assert (str(item["quantity"]), str(item["unitPrice"]), str(row["subtotal"])) == ("2.5", "0.0385", "0.1")
    assert row["customer"] == {
        "name": "Müller & Co",
        "email": "info@xn--bcher-kva.example",
        "typedEmail": "Info@Bücher.example",
    }
    assert (get(Contact, row["contactID"]) or {})["email"] == "info@xn--bcher-kva.example"


def test_a_second_firms_placeholder_replaces_nobodys_order(post: Callable[..., Any], make_order: Any) -> None:
    """Before, ?onConflict=update put the second firm's order in the place of the first firm's."""
    for email in ("first@example.com", "second@example.com"):
        answer = post(make_order("undefined", email=email), "?onConflict=update")
        assert answer.status_code == 400
        assert "orderReference is 'undefined', which programs write" in answer.json()["detail"]
    with pytest.raises(NotFound):
        order_item(own_order_id("undefined"))


def test_quantities_and_prices_are_exact_in_answers(
    post: Callable[..., Any], reader: Any, make_order: Callable[..., Any]
) -> None:
    lines = [ITEM | {"quantity": "2.5"}, ITEM | {"quantity": 100.0}, ITEM | {"quantity": 1000, "unitPrice": "0.0385"}]
    order_id = post(make_order(items=lines)).json()["data"]["orderID"]
    answer = reader.get(f"/api/orders/{order_id}").content.decode()
    for text in ('"quantity":2.5,', '"quantity":100,', '"unitPrice":0.0385,', '"lineTotal":38.50', '"subtotal":192.25'):
        assert text in answer
