"""The log line of a request says what it cost in the engine: a list reads what it shows, however much is stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orders.contact_aliases import aliases_version

pytestmark = pytest.mark.usefixtures("unthrottled")
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def cost(
    reader: Client, log_lines: Lines, client_id: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], tuple[int, int]]:
    """Calls to the engine and items read by a GET, in a process that has just read the aliases of contacts."""
    monkeypatch.setattr("orders.contact_aliases.FRESH_SECONDS", 3600)
    aliases_version()

    def ask(path: str) -> tuple[int, int]:
        assert reader.get(path).status_code == 200
        line = [one for one in log_lines() if one["event"] == "Request answered"][-1]
        assert line["engine_bytes"] > 0
        return line["engine_calls"], line["engine_items"]

    return ask


@pytest.fixture
def stored(imported: Any, caught_up: Callable[[], None], make_order: Any) -> Callable[[int], None]:
    """Makes so many customers with an order each, a minute apart."""

    def order(number: int) -> dict[str, Any]:
        at = f"2025-10-20T{10 + number // 60}:{number % 60:02d}:00Z"
        return dict(make_order(f"O-{number}", email=f"c{number}@example.com", createdAt=at))

    def store(count: int) -> None:
        imported(*map(order, range(count)))
        caught_up()

    return store


def test_what_a_request_costs_is_logged(cost: Any, stored: Any, reader: Client) -> None:
    stored(3)
    contact_id = reader.get("/api/customers").json()["data"][0]["contactID"]
    assert cost(f"/api/customers/{contact_id}") == (1, 2)  # the row of the list, compared with that of the cache
    assert cost("/api/orders")[1] == 3


def test_a_page_of_projection_rows_is_one_query_and_one_batch_read(cost: Any, stored: Any, reader: Client) -> None:
    """Of one row more than are shown: that tells whether there is a next page."""
    stored(25)
    path = "/api/orders?limit=5&status=received"
    assert cost(path) == (2, 12)
    cursor = reader.get(path).json()["pagination"]["nextCursor"]
    assert cost(f"{path}&cursor={cursor}") == (2, 13)  # and the row that the cursor stands on


PATHS = (
    "/api/customers?limit=5",
    "/api/customers?limit=5&sort=name",
    "/api/orders?limit=5",
    "/api/orders?limit=5&status=received",
    "/api/products?limit=5",
    "/api/products/BOX-A4/orders?limit=5",
    "/api/reports/overview?from=2025-10-01&to=2025-10-31",
    "/api/reports/sales?from=2025-10-01&to=2025-10-31",
    "/api/reports/products?from=2025-10-01&to=2025-10-31",
    "/api/reports/statistics",
    "/api/reports/statistics?from=2025-10-01&to=2025-10-31",
)


def test_a_request_costs_the_same_with_more_stored(cost: Any, stored: Any) -> None:
    stored(25)
    cost(PATHS[0])  # a process asks once whether the list of customers is built
    before = {path: cost(path) for path in PATHS}
    stored(60)
    assert {path: cost(path) for path in PATHS} == before
