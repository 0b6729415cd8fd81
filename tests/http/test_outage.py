"""The engine is away: every endpoint says so with a 503 and when to try again; never an empty list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from packprod.dynamodb import client, writes
from packprod.dynamodb.errors import EngineFailure, domain_error

pytestmark = pytest.mark.usefixtures("unthrottled")
READS = [
    "/api/customers",
    "/api/customers?search=john",
    "/api/customers?segment=Dormant&sort=name",
    "/api/customers/somebody",
    "/api/customers/somebody/orders",
    "/api/orders",
    "/api/orders?status=shipped",
    "/api/orders?search=ORD",
    "/api/orders?search=john@example.com",
    "/api/orders?contactID=somebody",
    "/api/orders/parked",
    "/api/orders/something",
    "/api/products",
    "/api/products/BOX-A4/orders",
    "/api/products/BOX-A4",
    "/api/customers/somebody/reorders",
    "/api/reports/overdue",
    "/api/reports/overdue?contactID=somebody",
    "/api/reports/cohorts",
    "/api/reports/sales?product=BOX-A4",
    "/api/reports/overview?segment=VIP",
    "/api/reports/products?compare=year",
    "/api/reports/statistics?preset=last_month",
    "/readyz",
]


@pytest.fixture
def no_writing(lost_engine: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads and the settling put are answered, other writes go to the closed port: the engine was lost in between."""
    with pytest.MonkeyPatch.context() as patch:
        lost_engine(patch)
        lost = client.dynamodb()

    def call_nobody(operation: str, **parameters: Any) -> Any:
        try:
            settles = operation == "put_item" and parameters["TableName"] == writes.DurabilityMark.engine_name()
            return (client.dynamodb() if settles else lost).send(operation, parameters)
        except EngineFailure as failure:
            raise domain_error(failure) from failure

    monkeypatch.setattr(writes, "call", call_nobody)


def assert_unavailable(answer: Any) -> None:
    assert answer.status_code == 503, answer.content
    assert int(answer.headers["Retry-After"]) > 0
    body = answer.json()
    assert set(body) == {"error", "detail", "meta"}
    assert body["error"]["code"] == "engine_unavailable"
    assert "127.0.0.1" not in answer.content.decode()


def test_reads(reader: Client, no_engine: None) -> None:
    for path in READS:
        assert_unavailable(reader.get(path))


def test_the_import(post: Callable[..., Any], make_order: Callable[..., Any], no_engine: None) -> None:
    assert_unavailable(post(make_order()))
    assert_unavailable(post([make_order(), {"bad": "order"}]))
    assert post([{"bad": "order"}]).status_code == 200
    assert post({"bad": "order"}).status_code == 400


def test_changing_a_status(writer: Client, no_engine: None) -> None:
    change: dict[str, Any] = {"data": {"status": "shipped"}, "content_type": "application/json"}
    assert_unavailable(writer.patch("/api/orders/something", **change))


def test_the_engine_is_lost_before_the_write(
    post: Callable[..., Any], make_order: Callable[..., Any], request: pytest.FixtureRequest, writer: Client
) -> None:
    order_id = post(make_order("FIRST")).json()["data"]["orderID"]
    request.getfixturevalue("no_writing")
    assert_unavailable(post(make_order("SECOND")))
    assert_unavailable(post([make_order("FIRST"), make_order("SECOND")]))
    change: dict[str, Any] = {"data": {"status": "shipped"}, "content_type": "application/json"}
    assert_unavailable(writer.patch(f"/api/orders/{order_id}", **change))
    assert post(make_order("FIRST")).status_code == 200


def test_what_needs_no_engine_still_answers(reader: Client, no_engine: None) -> None:
    assert reader.get("/healthz").status_code == 200
    assert reader.get("/api/customers?sort=bogus").status_code == 400
    assert reader.get("/api/nothing").status_code == 404
