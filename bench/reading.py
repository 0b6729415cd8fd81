"""Reads of the API that several scenarios share: all pages of a list, one customer's figures, sums over all of them."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx

from bench.payloads import decoded
from bench.waiting import seconds_until

MAX_PAGES = 2_000


def pages(client: httpx.Client, path: str, **params: Any) -> Iterator[list[dict[str, Any]]]:
    """The rows of each page, following nextCursor to the end. Raises httpx.HTTPStatusError."""
    for _ in range(MAX_PAGES):
        response = client.get(path, params=params)
        response.raise_for_status()
        answer = decoded(response)
        yield answer["data"]
        cursor = answer["pagination"]["nextCursor"]
        if cursor is None:
            return
        params["cursor"] = cursor
    raise RuntimeError(f"{path} did not end within {MAX_PAGES} pages")


def rows(client: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """All rows of a list."""
    return [row for page in pages(client, path, **{"limit": 200} | params) for row in page]


def customer(client: httpx.Client, contact_id: str) -> dict[str, Any] | None:
    """One customer's figures, or None while there are none."""
    response = client.get(f"/api/customers/{contact_id}")
    return decoded(response)["data"] if response.status_code == 200 else None


def counted_orders(client: httpx.Client) -> int:
    """The sum of orderCount over all customers."""
    return sum(row["orderCount"] for row in rows(client, "/api/customers"))


def total_spend(client: httpx.Client) -> Decimal:
    """The sum of totalSpend over all customers."""
    return sum((Decimal(row["totalSpend"]) for row in rows(client, "/api/customers")), Decimal(0))


def seconds_until_customer(
    client: httpx.Client,
    contact_id: str,
    holds: Callable[[dict[str, Any] | None], bool],
    *,
    within: float = 10,
) -> float | None:
    """Seconds until this customer's figures satisfy `holds`; None if they do not."""
    return seconds_until(lambda: holds(customer(client, contact_id)), within=within)


def has(order_count: int, total: str | Decimal) -> Callable[[dict[str, Any] | None], bool]:
    """A condition for `seconds_until_customer`: exactly these figures; with 0 orders, no such customer."""

    def holds(found: dict[str, Any] | None) -> bool:
        if found is None:
            return order_count == 0
        return found["orderCount"] == order_count and Decimal(found["totalSpend"]) == Decimal(total)

    return holds
