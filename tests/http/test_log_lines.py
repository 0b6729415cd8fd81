"""What a request leaves in the log: the contract's sentences with their figures, and nothing of a customer."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("unthrottled")
Lines = Callable[[], list[dict[str, Any]]]
PRIVATE = ["Priscilla", "Quantock", "quantock", "Wharfinger", "5550", "REF-SECRET"]


@pytest.fixture
def contact_id(post: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[[], None]) -> str:
    customer = {
        "name": "Priscilla Quantock",
        "email": "priscilla.quantock@example.com",
        "company": "Wharfinger",
        "phone": "+61 2 5550 1234",
    }
    answer = post(make_order("REF-SECRET", customer=customer))
    caught_up()
    return str(answer.json()["data"]["contactID"])


def sentences(lines: Lines) -> list[str]:
    """The log's sentences with every number of milliseconds as N; other parts' own lines left out."""
    told = [str(line["event"]) for line in lines() if line.get("operation")]
    return [re.sub(r"\d+ms", "Nms", one) for one in told]


READS = [
    (
        "/api/customers",
        ["Cache HIT for listCustomers - 1 items", "listCustomers response time (from cache): Nms"],
    ),
    (
        "/api/customers?search=priscilla",
        ["Cache HIT for listCustomers - 1 items", "listCustomers response time (from cache): Nms"],
    ),
    ("/api/orders", ["listOrders response time: Nms"]),
    ("/api/orders/parked", ["listParkedOrders response time: Nms"]),
    ("/api/orders/nothing", ["getOrder response time: Nms"]),
    ("/api/customers/nobody", ["getCustomer response time: Nms"]),
]


def test_each_read_says_how_it_went(reader: Client, contact_id: str, log_lines: Lines) -> None:
    for path, expected in READS:
        before = len(sentences(log_lines))
        reader.get(path)
        assert sentences(log_lines)[before:] == expected, path


def test_one_customer_hit_and_miss(
    reader: Client, post: Callable[..., Any], make_order: Callable[..., Any], contact_id: str, log_lines: Lines
) -> None:
    reader.get(f"/api/customers/{contact_id}")
    assert sentences(log_lines) == [
        "Cache HIT for getCustomer - 1 items",
        "getCustomer response time (from cache): Nms",
    ]
    new = post(make_order("NEW", email="new@example.com")).json()["data"]["contactID"]
    before = len(sentences(log_lines))
    reader.get(f"/api/customers/{new}")
    assert sentences(log_lines)[before:] == ["Cache MISS for getCustomer", "getCustomer response time: Nms"]


def test_figures_are_fields_and_lines_carry_the_request(reader: Client, contact_id: str, log_lines: Lines) -> None:
    answer = reader.get(f"/api/customers/{contact_id}/orders")
    (line,) = [line for line in log_lines() if line.get("operation")]
    assert line["operation"] == "listCustomerOrders"
    assert isinstance(line["ms"], float)
    assert line["from_cache"] is False
    assert line["request_id"] == answer.json()["meta"]["requestId"]


def test_a_slow_read_says_so(reader: Client, contact_id: str, log_lines: Lines, settings: Any) -> None:
    settings.PACKPROD_SLOW_QUERY_MS = -1
    reader.get("/api/orders")
    assert sentences(log_lines)[-1] == "SLOW QUERY: listOrders took Nms"


def test_nothing_of_a_customer_is_logged(
    client_with: Callable[..., Client],
    contact_id: str,
    log_lines: Lines,
    caught_up: Callable[[], None],
    make_order: Any,
) -> None:
    client = client_with("api:read", "orders:import", "orders:write")
    customer = {"name": "Priscilla Quantock", "email": "priscilla.quantock@example.com", "company": "Wharfinger"}
    bodies = [
        make_order("REF-SECRET", customer=customer | {"name": "Other Quantock"}),
        make_order("REF-SECRET-2", customer=customer, total="1.00"),
        make_order("REF-SECRET-3", customer=customer | {"email": "quantock at example"}),
        make_order("REF-SECRET-4", customer=customer, items="Wharfinger"),
        make_order("REF-SECRET-5", customer=customer),
    ]
    for body in (*bodies, bodies):
        client.post("/admin/contacts/import", json.dumps(body), content_type="application/json")
    for path in ("customers?search=", "orders?search=", "customers/", "orders/", "customers?sort=", "orders?from="):
        for text in ("priscilla.quantock@example.com", "Quantock", "+61 2 5550 1234", "REF-SECRET"):
            client.get(f"/api/{path}{text}")
    client.patch("/api/orders/Quantock", {"status": "Wharfinger"}, content_type="application/json")
    caught_up()
    written = json.dumps(log_lines(), ensure_ascii=False)
    assert written.count("Request answered") == 6 + 24 + 1
    for secret in PRIVATE:
        assert secret not in written
