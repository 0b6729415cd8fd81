"""Requests of all kinds to the real site on the real engine: every answer is one that the schema knows, never a 500.

schemathesis sends what the schema allows and what it does not, the same each time; then come the answers that no
chance finds: those about orders and customers that exist.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis

from orders.tables import WebOrder
from packprod.api.tokens import Scope, token_create
from packprod.dates import utc_now
from packprod.readmodels.rebuild.definitions import record_built
from packprod.settings import PACKPROD_MAX_BODY_BYTES
from tests.orders.foreign import foreign_row, put_row
from tests.packprod.api.described import CHECKS, described_site

SITE = described_site()
IMPORT = "/admin/contacts/import"
ORDER = {"customer": {"email": "a@example.com"}, "items": [{"productCode": "BOX", "quantity": 1, "unitPrice": 2}]}


@pytest.fixture
def token(
    settings: Any, client_id: str, imported: Callable[..., Any], caught_up: Callable[[], None], make_order: Any
) -> str:
    """May do everything on the product's own addresses, with a few orders behind them."""
    settings.ROOT_URLCONF = "packprod.urls"
    settings.PACKPROD_THROTTLE = False
    record_built()  # as before the first order of a new shop
    imported(*(make_order(f"ORD-{n}", email=f"person{n % 3}@example.com") for n in range(6)))
    caught_up()
    return token_create(name="fuzz", scopes=Scope.values, now=utc_now())[1]


@SITE.parametrize()
def test_whatever_is_sent(case: schemathesis.Case[Any], token: str) -> None:
    case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Token {token}"})


@pytest.fixture
def ask(token: str) -> Callable[..., Any]:
    """`ask("GET", "/api/orders/{orderID}", 200, …parts of the request)`: the answer's body, held to the schema."""

    def send(method: str, path: str, status: int, *, key: str = token, **parts: Any) -> Any:
        case = SITE[path][method].Case(media_type="application/json", **parts)
        answer = case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Token {key}"})
        assert answer.status_code == status, answer.text
        return answer.json()

    return send


def test_lists_and_what_is_in_them(ask: Callable[..., Any]) -> None:
    first = ask("GET", "/api/customers", 200, query={"limit": 2, "sort": "name", "order": "asc"})
    cursor = first["pagination"]["nextCursor"]
    rest = ask("GET", "/api/customers", 200, query={"limit": 2, "sort": "name", "order": "asc", "cursor": cursor})
    customers = first["data"] + rest["data"]
    assert len(customers) == 3
    for customer in customers:
        contact_id = {"contactID": customer["contactID"]}
        assert ask("GET", "/api/customers/{contactID}", 200, path_parameters=contact_id)["data"] == customer
        assert len(ask("GET", "/api/customers/{contactID}/orders", 200, path_parameters=contact_id)["data"]) == 2
    orders = ask("GET", "/api/orders", 200, query={"from": "2025-10-20", "to": "2025-10-20T23:00:00+11:00"})
    assert orders["total"] == orders["pagination"]["total"] == 6
    for order in orders["data"]:
        order_id = {"orderID": order["orderID"]}
        assert ask("GET", "/api/orders/{orderID}", 200, path_parameters=order_id)["data"] == order


def test_products(ask: Callable[..., Any]) -> None:
    for product in ask("GET", "/api/products", 200)["data"]:
        code = {"productCode": product["productCode"]}
        assert len(ask("GET", "/api/products/{productCode}/orders", 200, path_parameters=code)["data"]) == 6


@pytest.mark.parametrize("report", ["overview", "products", "sales", "statistics"])
def test_reports_of_a_full_and_of_an_empty_month(ask: Callable[..., Any], report: str) -> None:
    months = [{"from": f"2025-{month}-01", "to": f"2025-{month}-28"} for month in ("10", "02")]
    for period in [{}, *months] if report == "statistics" else months:
        ask("GET", f"/api/reports/{report}", 200, query=period)


def test_a_parked_order(ask: Callable[..., Any], caught_up: Callable[[], None]) -> None:
    order_id = put_row(WebOrder, foreign_row(total="much"))["orderID"]
    caught_up()
    assert [one["orderID"] for one in ask("GET", "/api/parked-orders", 200)["data"]] == [order_id]
    assert ask("GET", "/api/orders/{orderID}", 200, path_parameters={"orderID": order_id})["data"]["parked"] is True


def test_a_changed_status(ask: Callable[..., Any]) -> None:
    order_id = {"orderID": ask("GET", "/api/orders", 200)["data"][0]["orderID"]}
    changed = ask("PATCH", "/api/orders/{orderID}", 200, path_parameters=order_id, body={"status": "shipped"})
    assert changed["data"]["status"] == "shipped"
    ask("PATCH", "/api/orders/{orderID}", 400, path_parameters=order_id, body={"status": "\ud800"})


def test_imports(ask: Callable[..., Any]) -> None:
    order = {**ORDER, "orderReference": "NEW-1"}
    assert ask("POST", IMPORT, 201, body=order)["data"]["created"]
    assert not ask("POST", IMPORT, 200, body=order)["data"]["created"]
    changed = {**order, "shipping": "1.00"}
    conflict = ask("POST", IMPORT, 409, body=changed)
    assert conflict["detail"].startswith("Order NEW-1 exists with other content: shipping")
    assert ask("POST", IMPORT, 200, body=changed, query={"onConflict": "update"})["data"]["updated"]
    ask("POST", IMPORT, 400, body={})
    ask("POST", IMPORT, 413, body={**order, "extra": "x" * PACKPROD_MAX_BODY_BYTES})


def _deep(levels: int) -> Any:
    return [_deep(levels - 1)] if levels else "bottom"


def _bad_orders() -> Iterator[dict[str, Any]]:
    yield {**ORDER, "orderReference": "\ud800"}
    yield {**ORDER, "orderReference": "B-1", "customer": {"email": "\udfff@example.com"}}
    yield {**ORDER, "orderReference": "B-2", "\ud800": 1}
    yield {**ORDER, "orderReference": "B-3", "note": {"inner": ["\ud800"]}}
    yield {**ORDER, "orderReference": "B-4", "currency": "\ud800"}
    yield {**ORDER, "orderReference": "B-5", "status": "\ud800", "createdAt": "\ud800"}
    yield {**ORDER, "orderReference": "B-6", "tax": "\ud800"}
    yield {**ORDER, "orderReference": "B-7", "items": [{"productCode": "\ud800", "quantity": 1, "unitPrice": 1}]}
    yield {**ORDER, "orderReference": "B-8", "deep": _deep(60)}


def test_a_bad_order_never_stops_a_good_one(ask: Callable[..., Any]) -> None:
    bad = list(_bad_orders())
    good = [{**ORDER, "orderReference": f"GOOD-{n}"} for n in range(2)]
    rows = ask("POST", IMPORT, 200, body=[good[0], *bad, good[1]])["data"]
    assert [row["status"] for row in rows] == [201, *[400] * len(bad), 201]
    assert rows[1]["orderReference"] == "\\ud800"
    for order in bad:
        ask("POST", IMPORT, 400, body=order)


def test_those_who_may_not(ask: Callable[..., Any]) -> None:
    ask("GET", "/api/customers", 401, key="nobody")
    _, reader = token_create(name="reader", scopes=[Scope.READ], now=utc_now())
    assert "orders:import" in ask("POST", IMPORT, 403, key=reader, body=[])["detail"]
