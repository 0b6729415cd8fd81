"""A demo shop that is edited in every way, and beside it what it was told."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from customers.demo import demo_imports
from customers.lists.listing import Listing, customer_list
from customers.metrics import SEGMENTS
from orders.services import order_change_status
from orders.statuses import is_counted
from orders.tables import WebOrder
from tests.reports import naive
from tests.reports.naive import Told

TODAY = date(2025, 10, 23)


class Shop:
    """A demo shop and, beside it, what it was told."""

    def __init__(self, imported: Callable[..., Any], caught_up: Callable[..., None], now: datetime) -> None:
        self._imported, self._caught_up, self.now = imported, caught_up, now
        self.payloads: dict[str, dict[str, Any]] = {}
        self.ids: dict[str, str] = {}
        self.deleted: list[dict[str, Any]] = []
        self.send(*(one.payload for one in demo_imports(orders=100, today=TODAY)))
        caught_up()

    def send(self, *payloads: dict[str, Any]) -> None:
        for payload, result in zip(payloads, self._imported(*payloads, on_conflict="update"), strict=True):
            before = self.payloads.get(payload["orderReference"], {})
            kept = {"status": before["status"]} if "status" in before and "status" not in payload else {}
            self.payloads[payload["orderReference"]] = payload | kept
            self.ids[payload["orderReference"]] = result.outcome.order_id

    def edit(self, seed: random.Random) -> None:
        reference = seed.choice(sorted(self.payloads))
        match seed.choice(["status", "date", "items", "customer", "delete", "again"]):
            case "status":
                status = seed.choice(["cancelled", "refunded", "shipped"])
                order_change_status(order_id=self.ids[reference], status=status, now=self.now)
                self.payloads[reference] = self.payloads[reference] | {"status": status}
            case "date":
                at = datetime.fromisoformat(self.payloads[reference]["createdAt"]) + timedelta(
                    days=seed.randint(-90, 0)
                )
                self.send(self.payloads[reference] | {"createdAt": at.isoformat()})
            case "items":
                payload = {key: value for key, value in self.payloads[reference].items() if key != "total"}
                self.send(payload | {"items": payload["items"][:1] * 2, "discount": "0"})
            case "customer":
                other = self.payloads[seed.choice(sorted(self.payloads))]["customer"]
                self.send(self.payloads[reference] | {"customer": other})
            case "delete":
                WebOrder(self.ids[reference]).delete()
                self.deleted.append(self.payloads.pop(reference))
            case "again":  # as it is, or one that was deleted
                self.send(self.deleted.pop() if self.deleted else self.payloads[reference])

    @property
    def told(self) -> list[Told]:
        return [naive.told(one) for one in self.payloads.values() if is_counted(one.get("status", "received"))]


def listed_by_segment(now: datetime) -> dict[str, int]:
    pages = {name: customer_list(Listing(name), search="", limit=200, position=None, now=now) for name in SEGMENTS}
    return {name: len(found.page.items) for name, found in pages.items()}
