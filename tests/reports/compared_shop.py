"""A shop with orders in October 2025, in the month before and in the year before."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.test import Client

OCTOBER = "from=2025-10-01&to=2025-10-31"
DAYS = (  # customer, day, product, quantity of 2.50 each
    ("ann", "2024-10-05", "TAPE", 8),
    ("ann", "2025-09-10", "BOX", 2),
    ("bob", "2025-09-11", "TUBE", 9),
    ("ann", "2025-10-01", "BOX", 1),
    ("ann", "2025-10-31", "BOX", 2),
    ("cat", "2025-10-20", "TAPE", 1),
)


def orders(make_order: Callable[..., Any]) -> list[dict[str, Any]]:
    """One order for each of DAYS."""
    return [_order(make_order, number, *day) for number, day in enumerate(DAYS)]


def _order(make_order: Callable[..., Any], number: int, who: str, day: str, code: str, quantity: int) -> dict[str, Any]:
    items = [{"productCode": code, "description": code, "quantity": quantity, "unitPrice": "2.50"}]
    order = make_order(f"C-{number}", email=f"{who}@example.com", createdAt=f"{day}T01:00:00Z", items=items)
    return dict(order)


def get(reader: Client, address: str) -> Any:
    """The data of a report, its money in Decimal."""
    answer = reader.get(address)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content, parse_float=Decimal)["data"]
