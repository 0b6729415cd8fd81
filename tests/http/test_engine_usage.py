"""The log line of a request says what it cost in the engine: a list reads what it shows, however much is stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orders.contact_aliases import aliases_version
from packprod.readmodels.rebuild.definitions import record_built

pytestmark = pytest.mark.usefixtures("unthrottled")
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def cost(
    reader: Client, log_lines: Lines, client_id: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], tuple[int, int]]:
    """Calls to the engine and items read by a GET, in a process that has just read the aliases of contacts."""
    monkeypatch.setattr("orders.contact_aliases.FRESH_SECONDS", 3600)
    monkeypatch.setattr("orders.lists.listing.KNOWN_SECONDS", 3600)
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


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        ("/api/orders?limit=5", (1, 7), (1, 8)),  # where the last second ends is seen on a further row
        ("/api/orders?limit=5&status=received", (1, 6), (1, 7)),
        ("/api/orders?limit=5&sort=total", (1, 6), (2, 12)),  # and the states, that nobody is met twice
        ("/api/products/BOX-A4/orders?limit=5", (2, 12), (2, 13)),  # which orders, and the orders
        ("/api/orders?limit=5&segment=Dormant", (2, 7), (2, 8)),  # which version of the members is held; all are such
    ],
)
def test_a_page_of_orders_is_one_query(
    cost: Any, stored: Any, reader: Client, path: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    """Of one row more than are shown: that tells whether there is a next page; and of that of the cursor."""
    record_built()
    stored(25)
    cost(path)  # a process asks once whether the list is built, and now and then whether any order has an odd time
    assert cost(path) == first
    cursor = reader.get(path).json()["pagination"]["nextCursor"]
    assert cost(f"{path}&cursor={cursor}") == second


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("O-24", 1),
        ("O-2", 6),  # all that start so, each with its JSON
        ("c7@example.com", 2),  # the entry of the word, and the order
        ("nobody", 0),
    ],
)
def test_a_search_for_orders_is_a_query_for_each_way_to_be_found(
    cost: Any, stored: Any, monkeypatch: pytest.MonkeyPatch, text: str, items: int
) -> None:
    """By reference, by customer, by product; and one of the customer's orders."""
    monkeypatch.setattr("packprod.readmodels.lists.search_index.KNOWN_SECONDS", 3600)
    record_built()
    stored(25)
    path = f"/api/orders?limit=50&search={text}"
    cost(path)
    assert cost(path) == (4 if "@" in text else 3, items)


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
    record_built()
    stored(25)
    for path in PATHS:  # a process asks once whether a list is built
        cost(path)
    before = {path: cost(path) for path in PATHS}
    stored(60)
    for path in PATHS:  # a process reads what has changed, and holds it
        cost(path)
    assert {path: cost(path) for path in PATHS} == before
