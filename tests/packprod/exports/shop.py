"""A few orders with everything that is awkward in a file, and what the API says of a list, all pages of it."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.test import Client

from tests.orders.foreign import put_order

ORDERS = 23
STATUSES = ("received", "shipped", "completed", "cancelled")
NAMES = ("=1+1", "Zoë “Z” O'Brien", "-Anna", "+61 2 5550 1234", 'says "hi", often')


def open_shop(post: Callable[..., Any]) -> None:
    """Orders of six customers over two months, cents of every size, and two of other writers, one of them broken."""
    post([_order(number) for number in range(ORDERS)])
    put_order(createdAt="2025-09-03T10:30:00.250Z", contactID="lambda", customer={"name": "@SUM(1)"})
    put_order(total="broken")


def _order(number: int) -> dict[str, Any]:
    items = [
        {"productCode": f"BOX-{line % 4}", "description": f"-{line}\nBox", "quantity": line + 1, "unitPrice": "0.35"}
        for line in range(number % 3 + 1)
    ]
    return {
        "orderReference": f"ORD-{number:03}",
        "createdAt": f"2025-{9 + number % 2:02}-{1 + number:02}T{number:02}:30:00Z",
        "customer": {"name": NAMES[number % 5], "email": f"customer{number % 6}@example.com", "company": "=Acme"},
        "items": items,
        "status": STATUSES[number % 4],
        "tax": "0.07",
        "discount": "0.30",
    }


def json_rows(reader: Client, path: str) -> list[dict[str, Any]]:
    """Every row of a list, its numbers as Decimal."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(100):
        answer = reader.get(path + ("&" if "?" in path else "?") + f"limit=7{cursor}")
        assert answer.status_code == 200, answer.content
        body = json.loads(answer.content, parse_float=Decimal)
        rows += body["data"]
        if body["pagination"]["nextCursor"] is None:
            return rows
        cursor = f"&cursor={body['pagination']['nextCursor']}"
    raise AssertionError("the list has no end")
