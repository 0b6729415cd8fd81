"""`python -m bench.sizes.original_way PRODUCT`: times the original system's way to answer, by a scan of all orders.

It reads the same engine with the product's own fast reads, and adds up in plain Python. It prints the seconds of each
answer as JSON, by name.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import django

Orders = list[dict[str, Any]]
TURNS = 2
SEGMENTS = 16  # one after the other: DynamoDB Local's pages get slower with their depth in a segment


def main() -> None:
    """Times each answer TURNS times and prints the shortest time of each."""
    django.setup()
    product = sys.argv[1]
    ways: dict[str, Callable[[], Any]] = {
        "customers": lambda: sorted(_customers(_scan()).values(), key=lambda row: -row["spend"])[:50],
        "product orders": lambda: _newest([one for one in _scan() if product in _codes(one)]),
        "orders": lambda: _newest([one for one in _scan() if one["status"] == "refunded"]),
        "overview": lambda: _overview(_since(_scan(), days=30)),
        "products": lambda: _products(_since(_scan(), days=30)),
        "sales": lambda: _by_day(_since(_scan(), days=30)),
        "statistics": lambda: (_overview(_scan()), sorted(one["total"] for one in _scan())),
    }
    print(json.dumps({name: min(_seconds(way) for _ in range(TURNS)) for name, way in ways.items()}))


def _seconds(way: Callable[[], Any]) -> float:
    started = time.perf_counter()
    way()
    return time.perf_counter() - started


def _scan() -> Orders:
    from orders.tables import WebOrder
    from packprod.dynamodb.reads import scan_all

    return [one for segment in range(SEGMENTS) for one in scan_all(WebOrder, segment=segment, segments=SEGMENTS)]


def _since(orders: Orders, *, days: int) -> Orders:
    start = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    return [one for one in orders if one["createdAt"] >= start and one["status"] not in ("cancelled", "refunded")]


def _newest(orders: Orders) -> Orders:
    return sorted(orders, key=lambda one: one["createdAt"], reverse=True)[:50]


def _codes(order: dict[str, Any]) -> set[str]:
    return {line["productCode"] for line in order["items"]}


def _customers(orders: Orders) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {"orders": 0, "spend": Decimal(0), "last": ""})
    for order in orders:
        row = found[order["contactID"]]
        row["orders"] += 1
        row["spend"] += order["total"]
        row["last"] = max(row["last"], order["createdAt"])
    return found


def _products(orders: Orders) -> list[tuple[str, Decimal]]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        for line in order["items"]:
            found[line["productCode"]] += line["quantity"] * line["unitPrice"]
    return sorted(found.items(), key=lambda pair: -pair[1])


def _overview(orders: Orders) -> Any:
    top = sorted(_customers(orders).values(), key=lambda row: -row["spend"])[:5]
    return sum((one["total"] for one in orders), Decimal(0)), _products(orders)[:5], top


def _by_day(orders: Orders) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        found[order["createdAt"][:10]] += order["total"]
    return found


if __name__ == "__main__":
    main()
