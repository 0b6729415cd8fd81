"""Customers joined and parted over HTTP."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from customers.merging.services import contact_orders_sweep
from customers.tables import Contact
from orders.contact_aliases import alias_rows
from tests.http_clients import MakeClient
from tests.packprod.readmodels.foreign_writer import plain_table

Pair = tuple[str, str]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for other processes."""
    monkeypatch.setattr("customers.merging.api.aliases_spread", lambda: None)


@pytest.fixture
def pair(buy: Any) -> Pair:
    """Two customers with an order each."""
    return buy("A-1", "jane@acme.example", "10.00"), buy("A-2", "j.doe@acme.example", "5.50")


def _merge(client: Client, contact_id: str, body: Any) -> Any:
    return client.post(f"/api/customers/{contact_id}/merge", body, content_type="application/json")


def test_joined_and_parted(
    pair: Pair, client_with: MakeClient, reader: Client, now: Any, caught_up: Callable[[], None]
) -> None:
    one, two = pair
    writer = client_with("orders:write")
    answer = _merge(writer, two, {"into": one})
    assert (answer.status_code, answer.json()["data"]) == (200, {"contactID": two, "mergedInto": one})
    contact_orders_sweep(now=now)
    for asked in pair:
        data = json.loads(reader.get(f"/api/customers/{asked}").content, parse_float=Decimal)["data"]
        assert (data["contactID"], data["orderCount"], data["totalSpend"]) == (one, 2, Decimal("15.50"))
        for address in (f"/api/customers/{asked}/orders?", f"/api/orders?contactID={asked}&"):
            page = reader.get(f"{address}limit=1").json()
            rest = reader.get(f"{address}limit=1&cursor={page['pagination']['nextCursor']}").json()
            orders = [*page["data"], *rest["data"]]
            assert {row["orderReference"] for row in orders} == {"A-1", "A-2"}
            assert {row["contactID"] for row in orders} == {one}
    for search in ("", "j.doe@acme", "jane@acme"):
        listed = reader.get(f"/api/customers?search={search}").json()["data"]
        assert [row["contactID"] for row in listed] == [one], search
    gone = writer.delete(f"/api/customers/{two}/merge")
    assert (gone.status_code, gone.json()["data"]) == (200, {"contactID": two, "mergedInto": None})
    contact_orders_sweep(now=now)
    assert [reader.get(f"/api/customers/{one}").json()["data"]["orderCount"] for one in pair] == [1, 1]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ("nonsense", 400),
        ({"into": 1}, 400),
        ({"into": None}, 400),
        ({"into": ""}, 400),
        ({"into": "x" * 3_000}, 400),
        ({"into": "nobody"}, 404),
        ({"into": "*"}, 400),
        ({"into": "{two}"}, 400),
        ({"into": "{one}", "force": True}, 400),
    ],
)
def test_what_is_refused(body: Any, status: int, pair: Pair, client_with: MakeClient) -> None:
    one, two = pair
    if isinstance(body, dict) and isinstance(body.get("into"), str):
        body = body | {"into": body["into"].format(one=one, two=two)}
    answer = _merge(client_with("orders:write"), two, body)
    assert answer.status_code == status
    assert answer.json()["error"]["code"]
    assert alias_rows() == []


def test_what_is_not_joined_cannot_be_parted(pair: Pair, client_with: MakeClient) -> None:
    assert client_with("orders:write").delete(f"/api/customers/{pair[0]}/merge").status_code == 409


def test_reading_is_not_enough(pair: Pair, client_with: MakeClient) -> None:
    one, two = pair
    for client, status in ((client_with("api:read", "orders:import"), 403), (client_with(), 401)):
        assert _merge(client, two, {"into": one}).status_code == status
        assert client.delete(f"/api/customers/{two}/merge").status_code == status
    assert alias_rows() == []


def test_people_need_to_see_whom_they_join_and_it_stands_in_the_history(pair: Pair, staff_with: Any, now: Any) -> None:
    one, two = pair
    blind = staff_with("customers.merge_customer", name="blind")
    assert _merge(blind, two, {"into": one}).status_code == 403
    person = staff_with("customers.merge_customer", "customers.view_customer", name="seeing")
    assert _merge(person, two, {"into": one}).status_code == 200
    contact_orders_sweep(now=now)
    assert person.delete(f"/api/customers/{two}/merge").status_code == 200
    notes = [entry.get_change_message() for entry in LogEntry.objects.filter(object_id=one)]
    assert notes == [
        f"Customer {two} parted from {one}, over the API.",
        f"Customer {two} joined with {one}, over the API.",
    ]


def test_a_joined_contact_without_orders_is_found_by_its_names(
    pair: Pair, client_id: str, client_with: MakeClient, reader: Client, now: Any
) -> None:
    one, _ = pair
    silent = f"{client_id}-silent"
    plain_table(Contact).put_item(Item={"contactID": silent, "clientID": client_id, "name": "Quorra Silent"})
    assert _merge(client_with("orders:write"), silent, {"into": one}).status_code == 200
    contact_orders_sweep(now=now)
    found = reader.get("/api/customers?search=quorra").json()["data"]
    assert [row["contactID"] for row in found] == [one]
