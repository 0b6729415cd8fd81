"""GET and PATCH /api/orders: filters by day and instant, exact money, parked orders, status changes."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.orders.foreign import put_order

pytestmark = pytest.mark.usefixtures("unthrottled")
Post = Callable[..., Any]
# An order a second before and at each midnight of Sydney's longest and shortest day.
MIDNIGHTS = {
    "before-april-6": "2025-04-05T12:59:59Z",
    "april-6": "2025-04-05T13:00:00Z",
    "late-april-6": "2025-04-06T13:59:59.999Z",
    "april-7": "2025-04-06T14:00:00Z",
    "october-5": "2025-10-04T14:00:00Z",
    "late-october-5": "2025-10-05T12:59:59Z",
    "october-6": "2025-10-05T13:00:00Z",
}


@pytest.fixture
def at_midnights(post: Post, make_order: Callable[..., Any]) -> None:
    post([make_order(reference, createdAt=instant) for reference, instant in MIDNIGHTS.items()])


def found(reader: Client, query: str) -> set[str]:
    answer = reader.get(f"/api/orders?{query}")
    assert answer.status_code == 200, answer.content
    return {row["orderReference"] for row in answer.json()["data"]}


PERIODS = [
    ("from=2025-04-06&to=2025-04-06", {"april-6", "late-april-6"}),
    ("from=2025-10-05&to=2025-10-05", {"october-5", "late-october-5"}),
    ("to=2025-04-05", {"before-april-6"}),
    ("from=2025-10-06", {"october-6"}),
    ("from=2025-04-07&to=2025-10-04", {"april-7"}),
    ("from=2025-04-05T13:00:00Z&to=2025-04-06T13:59:59.999Z", {"april-6", "late-april-6"}),
    ("from=2025-04-05T13:00:00Z&to=2025-04-05T13:00:00Z", {"april-6"}),
    ("from=2025-04-06T13:59:59.998Z&to=2025-04-06T14:00:00Z", {"late-april-6", "april-7"}),
    ("from=2025-10-05T00:00:00%2B10:00&to=2025-10-05", {"october-5", "late-october-5"}),
    ("from=2025-10-05T00:00:00+10:00&to=2025-10-05", {"october-5", "late-october-5"}),
    ("from=&to=", set(MIDNIGHTS)),
    ("from=0900-01-01&to=9500-12-31", set(MIDNIGHTS)),
    ("from=9500-01-01", set()),
    ("to=0900-01-01", set()),
]


def test_days_are_business_days_and_both_ends_count(reader: Client, at_midnights: None) -> None:
    for query, references in PERIODS:
        assert found(reader, query) == references, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("to=2025-13-01", "to"),
        ("from=2025-02-29", "from"),
        ("from=2025-10-20T10:30:00", "from"),
        ("to=99999-01-01", "to"),
        ("to=9999-12-31", "to"),
        ("from=0001-01-01", "from"),
        ("from=2025-10-21&to=2025-10-20", "to"),
        ("status=lost", "status"),
        ("odd=strange", "odd"),
        ("since=2025-10-20", "since"),
        (f"search={'x' * 301}", "search"),
        (f"contactID={'x' * 3000}", "contactID"),
        ("limit=1000", "limit"),
    ],
)
def test_bad_parameters_are_named(reader: Client, query: str, field: str) -> None:
    answer = reader.get(f"/api/orders?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == field


def test_any_text_may_be_searched_for(reader: Client, at_midnights: None) -> None:
    for text in ("\x00", "%", "'; --", "x" * 300, "@", "é" * 300, "x@" + "y" * 290, "🎁"):
        for name in ("search", "contactID"):
            assert found(reader, f"{name}={quote(text)}") == set()
        assert reader.get(f"/api/customers?search={quote(text)}").json()["data"] == []


def test_a_text_in_which_nothing_can_be_seen_is_no_search(reader: Client, at_midnights: None) -> None:
    for text in (" ", "\u202e", "\u00ad\u200b", "\ufeff\u00a0"):
        assert found(reader, f"search={quote(text)}") == found(reader, "") != set()


def test_an_order_shows_its_exact_money(post: Post, reader: Client, make_order: Callable[..., Any]) -> None:
    items = [
        {"productCode": "A", "description": "Straw\nhat", "quantity": 3, "unitPrice": 0.1},
        {"productCode": "A", "quantity": "2", "unitPrice": "1000000.10"},
    ]
    order = make_order(items=items, tax=0.07, shipping="12", discount="0.30", note={"deep": [1, None, 0.1]})
    order_id = post(json.dumps(order)).json()["data"]["orderID"]
    body = json.loads(reader.get(f"/api/orders/{order_id}").content, parse_float=str)
    data = body["data"]
    assert [data[name] for name in ("subtotal", "tax", "shipping", "discount", "total")] == [
        "2000000.50",
        "0.07",
        "12.00",
        "0.30",
        "2000012.27",
    ]
    assert [(line["unitPrice"], line["lineTotal"], line["quantity"]) for line in data["items"]] == [
        ("0.10", "0.30", 3),
        ("1000000.10", "2000000.20", 2),
    ]
    assert data["items"][0]["description"] == "Straw hat"
    assert data["extra"] == {"note": {"deep": [1, None, "0.1"]}}
    assert (data["createdAt"], data["currency"], data["source"]) == ("2025-10-20T10:30:00Z", "AUD", "")
    assert data["customer"] == {
        "name": "John Smith",
        "email": "john@example.com",
        "company": "Acme Corp",
        "phone": "",
        "typedEmail": "",
    }
    assert (body["meta"]["cacheHit"], body["meta"]["source"]) == (False, "orders")


def test_pages_and_cursors(reader: Client, at_midnights: None) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        body = reader.get(f"/api/orders?limit=3{cursor and f'&cursor={cursor}'}").json()
        seen += [row["createdAt"] for row in body["data"]]
        cursor = body["pagination"]["nextCursor"]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(MIDNIGHTS)
    made = reader.get("/api/orders?limit=3").json()["pagination"]["nextCursor"]
    for other in ("status=received", "search=a", "from=2025-10-05", "contactID=c"):
        refused = reader.get(f"/api/orders?{other}&cursor={made}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_cursor")
    assert reader.get(f"/api/customers?cursor={made}").status_code == 400


def test_parked_orders_are_shown_apart(reader: Client, caught_up: Callable[[], None]) -> None:
    parked, good = put_order(total="broken"), put_order(total="12.5", extra={"scan": b"\x00"})
    caught_up()
    listed = reader.get("/api/orders").json()
    assert [row["orderID"] for row in listed["data"]] == [good["orderID"]]
    assert b'"total":12.50,' in reader.get("/api/orders").content
    apart = reader.get("/api/orders/parked").json()
    reason = "total is not an amount of money: “broken”."
    assert apart["data"] == [{"orderID": parked["orderID"], "reason": reason, "amount": 7}]
    one = reader.get(f"/api/orders/{parked['orderID']}")
    assert one.json()["data"] == {"orderID": parked["orderID"], "parked": True, "reason": reason, "amount": 7}


def test_parked_orders_come_in_pages(reader: Client, caught_up: Callable[[], None]) -> None:
    ids = sorted(put_order(total="broken")["orderID"] for _ in range(5))
    caught_up()
    seen, query = [], "limit=2"
    while query:
        body = reader.get(f"/api/orders/parked?{query}").json()
        seen.append([one["orderID"] for one in body["data"]])
        cursor = body["pagination"]["nextCursor"]
        query = f"limit=2&cursor={cursor}" if cursor else ""
    assert seen == [ids[:2], ids[2:4], ids[4:]]
    whole = reader.get("/api/orders/parked").json()
    assert (whole["total"], len(whole["data"])) == (5, 5)
    assert reader.get("/api/orders/parked?limit=0").status_code == 400


@pytest.mark.parametrize("unknown", ["nothing", "x" * 400, "x" * 3000, "%00"])
def test_unknown_orders_and_those_of_others(reader: Client, writer: Client, unknown: str) -> None:
    other = put_order(clientID="somebody else")["orderID"]
    for order_id in (unknown, other):
        assert reader.get(f"/api/orders/{order_id}").status_code == 404
        patched = writer.patch(f"/api/orders/{order_id}", {"status": "shipped"}, content_type="application/json")
        assert (patched.status_code, patched.json()["error"]["code"]) == (404, "not_found")


@pytest.fixture
def order_id(post: Post, make_order: Callable[..., Any]) -> str:
    return str(post(make_order()).json()["data"]["orderID"])


def test_changing_the_status(writer: Client, reader: Client, order_id: str, caught_up: Callable[[], None]) -> None:
    caught_up()
    answer = writer.patch(f"/api/orders/{order_id}", {"status": "cancelled"}, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["data"]["status"] == "cancelled"
    assert reader.get(f"/api/orders/{order_id}").json()["data"] == answer.json()["data"]
    caught_up()
    assert reader.get("/api/customers").json()["data"] == []
    contact_id = answer.json()["data"]["contactID"]
    assert reader.get(f"/api/customers/{contact_id}").status_code == 404
    assert len(reader.get(f"/api/customers/{contact_id}/orders").json()["data"]) == 1


BAD_CHANGES = [
    "",
    "not json",
    "[]",
    "{}",
    '"shipped"',
    '{"status": null}',
    '{"status": 5}',
    '{"status": "lost"}',
    '{"status": "Shipped"}',
    '{"status": "shipped", "total": 5}',
    '{"total": 5}',
]


def test_bad_changes_change_nothing(writer: Client, reader: Client, order_id: str) -> None:
    before = reader.get(f"/api/orders/{order_id}").json()["data"]
    for body in BAD_CHANGES:
        answer = writer.patch(f"/api/orders/{order_id}", body, content_type="application/json")
        assert answer.status_code == 400, body
        assert set(answer.json()) == {"error", "detail", "meta"}
    assert reader.get(f"/api/orders/{order_id}").json()["data"] == before


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("status", "required")]),
        ({"status": 5}, [("status", "invalid_type")]),
        ({"status": "shipped", "updatedAt": None}, [("updatedAt", "invalid_type")]),
        ({"status": "shipped", "total": 5}, [("total", "unknown_field")]),
        ({"total": 5, "x" * 99: 1}, [("status", "required"), ("total", "unknown_field"), ("x" * 40, "unknown_field")]),
    ],
)
def test_a_bad_change_names_its_fields(
    client_with: Callable[..., Client], order_id: str, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = client_with("orders:write").patch(f"/api/orders/{order_id}", body, content_type="application/json")
    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["error"]["details"]] == expected


def test_who_may_do_what(client_with: Callable[..., Client], order_id: str) -> None:
    for path in ("/api/orders", f"/api/orders/{order_id}", "/api/orders/parked"):
        assert client_with().get(path).status_code == 401
        assert client_with("orders:import", "orders:write").get(path).status_code == 403
    change: dict[str, Any] = {"data": {"status": "shipped"}, "content_type": "application/json"}
    assert client_with().patch(f"/api/orders/{order_id}", **change).status_code == 401
    assert client_with("api:read", "orders:import").patch(f"/api/orders/{order_id}", **change).status_code == 403
    assert client_with("orders:write").patch(f"/api/orders/{order_id}", **change).status_code == 200
    assert client_with("orders:write").delete(f"/api/orders/{order_id}").status_code == 405
    assert client_with("api:read").patch("/api/orders", **change).status_code == 405
