"""GET /api/customers and below: envelope, exact money, pages, errors."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.usefixtures("unthrottled")
Post = Callable[..., Any]
FIELDS = {
    "contactID",
    "name",
    "email",
    "company",
    "orderCount",
    "totalSpend",
    "lastOrderDate",
    "lastOrderReference",
    "firstOrderDate",
    "segment",
    "lastOrderDaysAgo",
    "purchaseFrequency",
    "lastUpdated",
}


@pytest.fixture
def three(post: Post, make_order: Callable[..., Any], caught_up: Callable[[], None]) -> list[str]:
    """Three customers, the biggest spender first."""
    prices = {"ann@example.com": "5000.10", "bob@example.com": "20.50", "cid@example.com": "0.99"}
    orders = [
        make_order(email, email=email, items=[{"productCode": "A", "quantity": 1, "unitPrice": price}])
        for email, price in prices.items()
    ]
    ids = [row["contactID"] for row in post(orders).json()["data"]]
    caught_up()
    return ids


def test_the_list(reader: Client, three: list[str]) -> None:
    answer = reader.get("/api/customers")
    body = json.loads(answer.content, parse_float=str)
    assert answer.status_code == 200
    assert set(body) == {"data", "meta", "pagination", "total"}
    assert [row["contactID"] for row in body["data"]] == three
    assert all(set(row) == FIELDS for row in body["data"])
    assert [row["totalSpend"] for row in body["data"]] == ["5000.10", "20.50", "0.99"]
    assert (body["meta"]["cacheHit"], body["meta"]["source"]) == (True, "cache")
    assert set(body["meta"]) == {"cacheHit", "responseTime", "requestId", "source"}
    assert re.fullmatch(r"\d+ms", body["meta"]["responseTime"])
    assert body["pagination"] == {"limit": 50, "nextCursor": None, "total": 3}
    assert body["total"] == 3


PARAMETERS = [
    ("sort=totalSpend&order=asc", [2, 1, 0]),
    ("sort=name&order=asc", None),
    ("sort=orderCount", None),
    ("sort=lastOrderDate", None),
    ("search=BOB", [1]),
    ("search=example.com", [0, 1, 2]),
    ("search=nobody", []),
    ("segment=", [0, 1, 2]),
    ("search=&sort=&order=", [0, 1, 2]),
]


def test_parameters(reader: Client, three: list[str]) -> None:
    for query, expected in PARAMETERS:
        answer = reader.get(f"/api/customers?{query}")
        assert answer.status_code == 200, query
        found = [row["contactID"] for row in answer.json()["data"]]
        assert set(found) == set(three) if expected is None else found == [three[at] for at in expected], query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("segment=Gold", "segment"),
        ("segment=vip", "segment"),
        ("sort=email", "sort"),
        ("order=up", "order"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("page=2", "page"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_bad_parameters_are_named(reader: Client, query: str, field: str) -> None:
    answer = reader.get(f"/api/customers?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == field


def test_cursors_lead_through_all_and_belong_to_one_list(reader: Client, three: list[str]) -> None:
    found, cursor = [], ""
    for _ in three:
        body = reader.get(f"/api/customers?limit=1&sort=name&order=asc{cursor}").json()
        found += [row["contactID"] for row in body["data"]]
        assert "total" not in body
        cursor = f"&cursor={body['pagination']['nextCursor']}"
    assert body["pagination"]["nextCursor"] is None
    assert sorted(found) == sorted(three)

    made = reader.get("/api/customers?limit=1").json()["pagination"]["nextCursor"]
    assert reader.get(f"/api/customers?limit=2&cursor={made}").status_code == 200
    forged = [made[:-1] + ("A" if made[-1] != "A" else "B"), "x", "eyJhIjoxfQ", made + made]
    others = [f"{made}&sort=name", f"{made}&order=asc", f"{made}&segment=VIP", f"{made}&search=a"]
    for cursor in (*forged, *others):
        refused = reader.get(f"/api/customers?cursor={cursor}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_cursor"), cursor
    for path in ("/api/orders", f"/api/customers/{three[0]}/orders"):
        assert reader.get(f"{path}?cursor={made}").status_code == 400


def test_one_customer(reader: Client, three: list[str], post: Post, make_order: Callable[..., Any]) -> None:
    answer = reader.get(f"/api/customers/{three[0]}")
    body = json.loads(answer.content, parse_float=str)
    assert set(body) == {"data", "meta"}
    assert set(body["data"]) == FIELDS
    assert body["data"]["totalSpend"] == "5000.10"
    assert (body["meta"]["cacheHit"], body["meta"]["source"]) == (True, "cache")
    assert reader.get(f"/api/customers/{three[0]}/").json()["data"] == answer.json()["data"]

    new = post(make_order("N", email="new@example.com")).json()["data"]["contactID"]
    computed = reader.get(f"/api/customers/{new}").json()
    assert (computed["meta"]["cacheHit"], computed["meta"]["source"]) == (False, "orders")
    assert reader.get(f"/api/customers/{new}").json()["meta"]["cacheHit"] is True


@pytest.mark.parametrize("unknown", ["nobody", "x" * 400, "x" * 3000, "%00", "a%20b", "%F0%9F%93%A6"])
def test_unknown_customers(reader: Client, unknown: str) -> None:
    answer = reader.get(f"/api/customers/{unknown}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    answer = reader.get(f"/api/customers/{unknown}/orders")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_the_orders_of_a_customer(reader: Client, three: list[str], post: Post, make_order: Callable[..., Any]) -> None:
    later = make_order("LATER", email="ann@example.com", createdAt="2025-10-21T00:00:00Z", status="shipped")
    post(later)
    body = reader.get(f"/api/customers/{three[0]}/orders").json()
    assert [row["orderReference"] for row in body["data"]] == ["LATER", "ann@example.com"]
    assert body["total"] == 2
    filtered = reader.get(f"/api/customers/{three[0]}/orders?status=shipped&from=2025-10-21").json()
    assert [row["orderReference"] for row in filtered["data"]] == ["LATER"]
    none = reader.get(f"/api/customers/{three[0]}/orders?status=refunded")
    assert (none.status_code, none.json()["data"]) == (200, [])
    assert reader.get(f"/api/customers/{three[0]}/orders?contactID={three[1]}").status_code == 400


def test_who_may_read(client_with: Callable[..., Client], three: list[str]) -> None:
    paths = ["/api/customers", f"/api/customers/{three[0]}", f"/api/customers/{three[0]}/orders"]
    for path in paths:
        assert client_with().get(path).status_code == 401
        assert client_with("orders:import", "orders:write").get(path).status_code == 403
        assert client_with("api:read").get(path).status_code == 200
        assert client_with("api:read").post(path).status_code == 405


def test_a_person_needs_the_permission(three: list[str]) -> None:
    person = User.objects.create_user("pat")
    client = Client(raise_request_exception=False)
    client.force_login(person)
    assert client.get("/api/customers").status_code == 403
    person.is_superuser = True
    person.save()
    assert client.get("/api/customers").status_code == 200
