"""POST /admin/contacts/import as n8n uses it: statuses and bodies word by word."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from customers.inbox.models import ReceivedImport

pytestmark = pytest.mark.usefixtures("unthrottled")
Post = Callable[..., Any]
MakeOrder = Callable[..., dict[str, Any]]
OUTCOME = {"orderID", "contactID", "orderReference", "created", "updated", "contactCreated", "stale", "kept"}


def test_the_life_of_one_order(post: Post, make_order: MakeOrder) -> None:
    created = post(make_order())
    assert created.status_code == 201
    body = created.json()
    assert set(body) == {"data", "meta"}
    assert set(body["data"]) == OUTCOME
    assert (body["data"]["orderReference"], body["data"]["created"], body["data"]["updated"]) == ("ORD-1", True, False)
    assert body["data"]["contactCreated"] is True
    assert body["meta"]["requestId"] == created.headers["X-Request-ID"]
    assert re.fullmatch(r"\d+ms", body["meta"]["responseTime"])

    same = post(make_order(), slash="/")
    assert same.status_code == 200
    assert same.json()["data"] == body["data"] | {"created": False, "contactCreated": False}

    conflict = post(make_order(tax="1", status="shipped"))
    assert conflict.status_code == 409
    error = conflict.json()["error"]
    assert error["code"] == "order_conflict"
    assert [one["field"] for one in error["details"]] == ["status", "tax"]
    assert "ORD-1" in error["message"]
    assert conflict.json()["detail"].endswith(".")

    updated = post(make_order(tax="1"), "?onConflict=update")
    assert updated.status_code == 200
    assert updated.json()["data"] == body["data"] | {"created": False, "updated": True, "contactCreated": False}
    again = post(make_order(tax="1"), "?onConflict=update", slash="/")
    assert (again.status_code, again.json()["data"]["updated"]) == (200, False)


@pytest.mark.parametrize("wrap", [lambda orders: orders, lambda orders: {"orders": orders}])
def test_an_array_answers_each_on_its_own(post: Post, make_order: MakeOrder, wrap: Callable[..., Any]) -> None:
    post(make_order("OLD"))
    orders = [make_order("OLD"), make_order("NEW"), {"orderReference": "BAD"}, make_order("OLD", tax=1), 7]
    answer = post(wrap(orders))
    assert answer.status_code == 200
    rows = answer.json()["data"]
    assert [row["status"] for row in rows] == [200, 201, 400, 409, 400]
    assert [row["orderReference"] for row in rows] == ["OLD", "NEW", "BAD", "OLD", None]
    assert all(set(row) == OUTCOME | {"status", "errors"} for row in rows)
    assert [bool(row["errors"]) for row in rows] == [False, False, True, True, True]
    assert {one["field"] for one in rows[2]["errors"]} == {"customer", "items"}
    assert [(one["field"], one["code"]) for one in rows[3]["errors"]] == [("tax", "differs")]
    assert all(set(one) == {"field", "code", "message"} for row in rows for one in row["errors"])


def test_an_array_of_one_is_an_array(post: Post, make_order: MakeOrder) -> None:
    answer = post([make_order()])
    assert answer.status_code == 200
    assert [row["status"] for row in answer.json()["data"]] == [201]


def test_an_array_with_update(post: Post, make_order: MakeOrder) -> None:
    post([make_order("A"), make_order("B")])
    rows = post([make_order("A", tax=1), make_order("B")], "?onConflict=update").json()["data"]
    assert [(row["status"], row["updated"]) for row in rows] == [(200, True), (200, False)]


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in _keys(inner)}
    return {key for inner in value for key in _keys(inner)} if isinstance(value, list) else set()


def test_no_key_named_error_in_an_answer_below_400(post: Post, make_order: MakeOrder) -> None:
    """n8n takes such an answer for a failure and sends the order again."""
    for answer in (post(make_order()), post(make_order()), post([make_order(tax=1), 7, make_order("B")])):
        assert answer.status_code < 400
        assert "error" not in _keys(answer.json())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid_json"),
        ("not json", "invalid_json"),
        ('{"orderReference": ', "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        ('{"tax": NaN}', "invalid_json"),
        ("[" * 50_000, "invalid_json"),
        ("[]", "validation_failed"),
        ('{"orders": []}', "validation_failed"),
        ('{"orders": {}}', "validation_failed"),
        ('"order"', "validation_failed"),
        ("null", "validation_failed"),
        ("{}", "validation_failed"),
    ],
)
def test_bodies_that_are_no_orders(post: Post, body: str | bytes, code: str) -> None:
    answer = post(body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert set(answer.json()) == {"error", "detail", "meta"}
    assert set(answer.json()["error"]) == {"code", "message", "details"}


def test_a_bad_order_names_its_fields(post: Post, make_order: MakeOrder) -> None:
    items = [{"productCode": "A", "quantity": 0, "unitPrice": "1.00005"}]
    answer = post(make_order(items=items, currency="USD", customer={}, createdAt="2025-10-20T10:30:00"))
    assert answer.status_code == 400
    problems = {one["field"]: one["code"] for one in answer.json()["error"]["details"]}
    assert problems == {
        "items.0.quantity": "not_positive",
        "items.0.unitPrice": "max_decimal_places",
        "currency": "currency_not_supported",
        "customer.email": "required",
        "createdAt": "offset_required",
    }
    assert any(field in answer.json()["detail"] for field in problems)


def test_too_many_and_too_large(post: Post, make_order: MakeOrder) -> None:
    answer = post([make_order(f"R-{number}") for number in range(101)])
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "orders"
    large = post(json.dumps(make_order(note="x" * 6 * 2**20)))
    assert (large.status_code, large.json()["error"]["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(
    "query", ["?onConflict=bogus", "?onconflict=update", "?x=1", "?onConflict=update&onConflict=reject"]
)
def test_query_parameters_are_exact(post: Post, make_order: MakeOrder, query: str) -> None:
    answer = post(make_order(), query)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] in query


def test_who_may_import(client_with: Callable[..., Client], make_order: MakeOrder) -> None:
    def status(client: Client, **headers: str) -> int:
        return client.post(
            "/admin/contacts/import", make_order(), content_type="application/json", headers=headers
        ).status_code

    assert status(client_with("orders:import", "api:read")) == 201
    assert status(client_with("api:read", "orders:write")) == 403
    assert status(client_with()) == 401
    assert status(client_with(), Authorization="Token nonsense") == 401


def test_other_methods_and_types(importer: Client, make_order: MakeOrder) -> None:
    assert importer.get("/admin/contacts/import").status_code == 405
    assert importer.put("/admin/contacts/import/").status_code == 405
    form = importer.post("/admin/contacts/import", {"orderReference": "A"})
    assert (form.status_code, form.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_a_signed_in_person_may_import_too(post: Post, make_order: MakeOrder) -> None:
    """REST framework reads the body when it looks for the token of a session: it must still be there for the inbox."""
    browser = Client(enforce_csrf_checks=True)
    browser.get("/admin/login/")
    boss = User.objects.create_superuser("boss", password="x")
    browser.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    token = browser.cookies["csrftoken"].value
    answer = browser.post(
        "/admin/contacts/import", make_order(), content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 201, answer.content
    assert ReceivedImport.objects.get().sender == "user boss"


def test_an_earlier_version_is_named_stale(post: Post, make_order: MakeOrder) -> None:
    times = [f"2025-10-2{day}T00:00:00+10:00" for day in range(3)]
    first, second, third = (make_order(tax=str(tax), updatedAt=time) for tax, time in enumerate(times))
    assert post(first).json()["data"]["stale"] is False
    updated = post(third, "?onConflict=update")
    assert (updated.status_code, updated.json()["data"]["updated"]) == (200, True)
    for query in ("", "?onConflict=update"):
        late = post(second, query)
        assert late.status_code == 200
        assert late.json()["data"] == updated.json()["data"] | {"updated": False, "stale": True}
        rows = post([first, third, make_order("OTHER", tax="5", updatedAt=times[0])], query).json()["data"]
        assert [(row["status"], row["stale"], row["errors"]) for row in rows[:2]] == [(200, True, []), (200, False, [])]


def test_what_is_kept_is_named(post: Post, writer: Client, reader: Client, make_order: MakeOrder) -> None:
    order_id = post(make_order()).json()["data"]["orderID"]
    changed = writer.patch(f"/api/orders/{order_id}", {"status": "refunded"}, content_type="application/json")
    assert changed.status_code == 200
    sent = make_order(status="shipped", tax="1")
    assert post(sent).json()["error"]["code"] == "order_conflict"
    data = post(sent, "?onConflict=update").json()["data"]
    assert (data["updated"], data["kept"]) == (True, ["status"])
    row = post([sent | {"status": "completed"}], "?onConflict=update").json()["data"][0]
    assert (row["status"], row["updated"], row["kept"]) == (200, False, ["status"])
    assert reader.get(f"/api/orders/{order_id}").json()["data"]["status"] == "refunded"
