"""PATCH with what the editor saw: 409 when somebody was faster, by body or by If-Match."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orders.references import own_order_id
from orders.selectors import order_item
from orders.timeline.selectors import order_events
from tests.orders.foreign import put_order

pytestmark = pytest.mark.usefixtures("unthrottled")


@pytest.fixture
def patch(writer: Client, post: Callable[..., Any], make_order: Callable[..., Any], client_id: str) -> Any:
    post(make_order())

    def send(body: Any, **headers: str) -> Any:
        path = f"/api/orders/{own_order_id('ORD-1')}"
        return writer.patch(path, body, content_type="application/json", headers=headers)

    return send


def stored() -> dict[str, Any]:
    return order_item(own_order_id("ORD-1"))


@pytest.mark.parametrize("how", ["body", "header"])
def test_who_comes_second_gets_a_conflict(how: str, patch: Any) -> None:
    seen = stored()["updatedAt"]
    send = (
        (lambda status: patch({"status": status, "updatedAt": seen}))
        if how == "body"
        else (lambda status: patch({"status": status}, **{"If-Match": f'"{seen}"'}))
    )
    assert send("shipped").status_code == 200
    answer = send("cancelled")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "edit_conflict"
    assert answer.json()["detail"].startswith("Somebody changed this order")
    assert stored()["status"] == "shipped"


def test_without_what_was_seen_the_last_one_wins(patch: Any) -> None:
    assert patch({"status": "shipped"}).status_code == 200
    assert patch({"status": "cancelled"}, **{"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize("body", [{"updatedAt": "x"}, {"status": "shipped", "updatedAt": 1}, {"status": "x", "a": "b"}])
def test_other_bodies_are_refused(patch: Any, body: Any) -> None:
    assert patch(body).status_code == 400


@pytest.mark.parametrize("seen", ["x", "2025-10-20", "2025-10-20T10:30:00", "2025-13-01T00:00:00Z", " ", "x" * 3000])
def test_what_is_no_instant_is_refused_by_name(patch: Any, seen: str) -> None:
    """Whether there is anything to change or not."""
    for status in ("shipped", "received"):
        answer = patch({"status": status, "updatedAt": seen})
        assert answer.status_code == 400, answer.content
        assert [one["field"] for one in answer.json()["error"]["details"]] == ["updatedAt"]
    assert stored()["status"] == "received"


def test_what_another_writer_put_there_may_be_sent_back(writer: Client, client_id: str) -> None:
    row = put_order(updatedAt="last week")
    for seen, status in (("last month", 400), ("", 409), ("2025-10-20T10:30:00Z", 409), ("last week", 200)):
        body = {"status": "shipped", "updatedAt": seen}
        answer = writer.patch(f"/api/orders/{row['orderID']}", body, content_type="application/json")
        assert answer.status_code == status, seen


def test_the_timeline_over_http(patch: Any, reader: Client, caught_up: Callable[[], None]) -> None:
    patch({"status": "shipped"})
    caught_up()
    path = f"/api/orders/{own_order_id('ORD-1')}/events"
    body = reader.get(path, {"limit": 1}).json()
    assert [(one["kind"], one["updatedBy"], one["changes"]) for one in body["data"]] == [
        ("changed", "token test", {"status": {"from": "received", "to": "shipped"}})
    ]
    rest = reader.get(path, {"limit": 1, "cursor": body["pagination"]["nextCursor"]}).json()
    assert [(one["kind"], one["changes"]["total"]) for one in rest["data"]] == [("created", {"to": 15.00})]
    assert (rest["pagination"]["nextCursor"], order_events(own_order_id("ORD-1"), limit=9).total) == (None, 2)
    assert reader.get("/api/orders/nothing/events").status_code == 404
    assert reader.get(path, {"limit": 0}).status_code == 400
