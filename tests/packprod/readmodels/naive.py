"""The customers as anybody would work them out from a list of orders: slow, plain, sharing no code with the product."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

SYDNEY = ZoneInfo("Australia/Sydney")


@dataclass
class Order:
    """What the test knows about one order it wrote."""

    order_id: str
    contact_id: str
    created_at: datetime
    total: Decimal
    name: str
    email: str
    company: str
    status: str = "received"
    broken: bool = False
    ours: bool = True

    @property
    def counts(self) -> bool:
        return self.ours and not self.broken and self.status not in ("cancelled", "refunded")


def customers(orders: list[Order], now: datetime) -> dict[str, dict[str, Any]]:
    """contactID to the figures of its cache row."""
    mine = [order for order in orders if order.counts]
    return {
        contact: _figures(sorted((one for one in mine if one.contact_id == contact), key=_age), now)
        for contact in {order.contact_id for order in mine}
    }


def _age(order: Order) -> tuple[datetime, str]:
    return order.created_at, order.order_id


def _figures(orders: list[Order], now: datetime) -> dict[str, Any]:
    first, last = orders[0], orders[-1]
    spend = sum((order.total for order in orders), Decimal(0))
    days_ago = max(0, (_day(now) - _day(last.created_at)).days)
    return {
        "orderCount": len(orders),
        "totalSpend": spend,
        "firstOrderDate": _iso(first.created_at),
        "lastOrderDate": _iso(last.created_at),
        "lastOrderReference": last.order_id,
        "name": last.name,
        "email": last.email,
        "company": next((order.company for order in reversed(orders) if order.company), ""),
        "lastOrderDaysAgo": days_ago,
        "purchaseFrequency": _frequency(orders),
        "segment": _segment(len(orders), spend, days_ago, (_day(now) - _day(first.created_at)).days),
    }


def _day(instant: datetime) -> Any:
    return instant.astimezone(SYDNEY).date()


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _frequency(orders: list[Order]) -> str:
    if len(orders) == 1:
        return "One-time"
    gap = (orders[-1].created_at - orders[0].created_at).total_seconds() / (len(orders) - 1) / 86_400
    if gap <= 14:
        return "Weekly"
    if gap <= 75:
        return "Monthly"
    return "Quarterly" if gap <= 180 else "Yearly"


def _segment(count: int, spend: Decimal, last_days_ago: int, first_days_ago: int) -> str:
    if last_days_ago > 180:
        return "Dormant"
    if spend >= 5000 or count >= 20:
        return "VIP"
    return "New" if first_days_ago <= 30 else "Active"


def searchable(orders: list[Order]) -> set[tuple[str, str]]:
    """contactID and word by which its orders are found, counted or not, for names of plain ASCII letters."""
    return {
        (order.contact_id, word[at.start() :])
        for order in orders
        if order.ours and not order.broken
        for word in f"{order.name} {order.email} {order.company}".lower().split()
        for at in re.finditer("(?<![a-z0-9])[a-z0-9]", word)
    }
