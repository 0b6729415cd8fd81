"""The reports once more, the slow and obvious way: a loop over all orders as they were imported."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo


@dataclass
class Told:
    """One order as it was sent, in its last version."""

    contact: str
    at: datetime
    total: Decimal
    lines: list[tuple[str, Decimal, Decimal]]

    def day(self, zone: str) -> date:
        return self.at.astimezone(ZoneInfo(zone)).date()


def told(payload: dict[str, Any]) -> Told:
    lines = [
        (line["productCode"], Decimal(line["quantity"]), Decimal(line["quantity"]) * Decimal(str(line["unitPrice"])))
        for line in payload["items"]
    ]
    extras = Decimal(payload.get("tax", 0)) + Decimal(payload.get("shipping", 0)) - Decimal(payload.get("discount", 0))
    total = Decimal(payload["total"]) if "total" in payload else sum(line[2] for line in lines) + extras
    customer = payload["customer"]
    contact = (customer.get("email") or "").strip().casefold() or customer.get("phone", "")
    return Told(contact, datetime.fromisoformat(payload["createdAt"]), total, lines)


def headline(orders: list[Told]) -> dict[str, Any]:
    revenue = sum((order.total for order in orders), Decimal(0))
    average = (revenue / len(orders)).quantize(Decimal("0.01"), ROUND_HALF_UP) if orders else None
    units = sum((line[1] for order in orders for line in order.lines), Decimal(0))
    return {"orders": len(orders), "revenue": revenue, "units": units, "averageOrderValue": average}


def within(orders: Iterable[Told], start: date, end: date, zone: str) -> list[Told]:
    return [order for order in orders if start <= order.day(zone) <= end]


def new_customers(orders: Iterable[Told], start: date, end: date, zone: str) -> int:
    first: dict[str, date] = {}
    for order in orders:
        first[order.contact] = min(first.get(order.contact, date.max), order.day(zone))
    return sum(1 for day in first.values() if start <= day <= end)


def products(orders: Iterable[Told]) -> dict[str, tuple[Decimal, Decimal, int]]:
    sums: dict[str, list[Any]] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for order in orders:
        for code, units, revenue in order.lines:
            sums[code][0] += units
            sums[code][1] += revenue
        for code in {line[0] for line in order.lines}:
            sums[code][2] += 1
    return {code: (one[0], one[1], one[2]) for code, one in sums.items()}


def repeat_customers(orders: Iterable[Told]) -> int:
    return sum(1 for count in Counter(order.contact for order in orders).values() if count > 1)


def nearest_rank(values: list[Decimal], percent: int) -> Decimal:
    return sorted(values)[max(1, math.ceil(len(values) * percent / 100)) - 1]
