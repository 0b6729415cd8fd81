"""A shop after many random edits, and a plain account of what its orders are that shares no code with ours.

Its customers come back in rhythms, on days near both ends of daylight saving, at instants near midnight.
"""

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from pytest_django import Settings

from customers.importing.batch import orders_import
from customers.metrics import SEGMENTS
from orders.services import order_change_status
from orders.tables import WebOrder
from packprod.readmodels.stream.catching_up import catch_up
from tests.reports import naive
from tests.reports.naive import Told

NOW = datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC)
PRODUCTS = [f"P-{number}" for number in range(6)]
CUSTOMERS = [f"customer{number}@example.com" for number in range(11)]
STATUSES = ("received", "shipped", "cancelled", "refunded")
EDITS = 40


@dataclass
class EditedShop:
    """`payloads` are the orders in their last version, by reference; `contacts` contactIDs by e-mail."""

    client_id: str
    zone: str
    payloads: dict[str, dict[str, Any]]
    contacts: dict[str, str]

    @property
    def orders(self) -> list[Told]:
        """The orders that count, oldest first, `contact` being the contactID."""
        counted = [one for one in self.payloads.values() if one.get("status") not in ("cancelled", "refunded")]
        told = [naive.told(one) for one in counted]
        for order in told:
            order.contact = self.contacts[order.contact]
        return sorted(told, key=lambda order: order.at)


def open_shop(client_id: str, zone: str) -> EditedShop:
    """Imports, edits and derives everything; the settings must name the client and the zone."""
    shop = EditedShop(client_id, zone, {}, {})
    chance = random.Random(zone)
    editor = _Editor(shop, chance)
    editor.send(*_first_orders(chance, zone))
    catch_up(clock=lambda: NOW)
    for _ in range(EDITS):
        editor.edit()
    catch_up(clock=lambda: NOW)
    return shop


def _first_orders(chance: random.Random, zone: str) -> Iterator[dict[str, Any]]:
    for number, email in enumerate(CUSTOMERS):
        gap, turns = chance.choice((1, 2, 3, 5, 14, 16, 30, 64, 90, 150)), chance.randint(1, 14)
        favourites = chance.sample(PRODUCTS, 2)
        day = NOW - timedelta(days=chance.choice((0, 1, 2, 20, 40, 100, 200)) + gap * turns)
        for turn in range(turns):
            day += timedelta(days=gap + chance.choice((0, 0, 0, 1, -1)))
            at = _edge(min(day, NOW), zone, chance)
            yield _payload(f"E-{number}-{turn}", email, at, [*favourites, chance.choice(PRODUCTS)], chance)


def _edge(day: datetime, zone: str, chance: random.Random) -> datetime:
    """Just before or after a midnight of the zone, or on the day's clock."""
    midnight = day.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = chance.choice((-1, 0, 1, 3_600 * 5))
    return midnight.astimezone(UTC) + timedelta(seconds=seconds)


def _payload(reference: str, email: str, at: datetime, codes: list[str], chance: random.Random) -> dict[str, Any]:
    return {
        "orderReference": reference,
        "createdAt": at.isoformat(),
        "customer": {"email": email, "name": email.partition("@")[0], "company": "Acme Corp"},
        "items": [_line(code, chance) for code in codes],
        "shipping": str(Decimal(chance.randint(0, 2_000)) / 100),
        "status": chance.choice(STATUSES[:2]),
    }


def _line(code: str, chance: random.Random) -> dict[str, Any]:
    price = str(Decimal(chance.randint(1, 1_500)) / 100)
    return {"productCode": code, "description": f"A {code}", "quantity": chance.randint(1, 40), "unitPrice": price}


class _Editor:
    """Edits one order after the other."""

    def __init__(self, shop: EditedShop, chance: random.Random) -> None:
        self._shop, self._chance = shop, chance
        self._ids: dict[str, str] = {}

    def send(self, *payloads: dict[str, Any]) -> None:
        for start in range(0, len(payloads), 100):
            chunk = payloads[start : start + 100]
            for payload, result in zip(
                chunk, orders_import(payloads=chunk, on_conflict="update", now=NOW), strict=True
            ):
                assert result.outcome, result
                self._ids[payload["orderReference"]] = result.outcome.order_id
                self._shop.payloads[payload["orderReference"]] = payload
                self._shop.contacts[payload["customer"]["email"]] = result.outcome.contact_id

    def edit(self) -> None:
        reference = self._chance.choice(sorted(self._shop.payloads))
        payload = self._shop.payloads[reference]
        match self._chance.choice(("status", "date", "items", "customer", "delete", "again")):
            case "status":
                status = self._chance.choice(STATUSES)
                order_change_status(order_id=self._ids[reference], status=status, now=NOW)
                self._shop.payloads[reference] = payload | {"status": status}
            case "date":
                day = NOW - timedelta(days=self._chance.randint(0, 500))
                self.send(payload | {"createdAt": _edge(day, self._shop.zone, self._chance).isoformat()})
            case "items":
                codes = [self._chance.choice(PRODUCTS) for _ in range(self._chance.randint(1, 5))]
                self.send(payload | {"items": [_line(code, self._chance) for code in codes]})
            case "customer":
                other = self._shop.payloads[self._chance.choice(sorted(self._shop.payloads))]
                self.send(payload | {"customer": other["customer"]})
            case "delete":
                WebOrder(self._ids[reference]).delete()
                del self._shop.payloads[reference]
            case "again":
                self.send(payload | {"orderReference": f"{reference}+", "status": "received"})


def _open_shared_shop(zone: str) -> EditedShop:
    client_id = f"edited-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id, PACKPROD_TIME_ZONE=zone):
        return open_shop(client_id, zone)


@pytest.fixture(params=["Australia/Sydney", "America/New_York"])
def edited(
    request: pytest.FixtureRequest, client_id: str, opened_once: Callable[..., Any], settings: Settings
) -> EditedShop:
    """The shop of a zone; the test runs as its client and in its zone, and must write nothing."""
    shop: EditedShop = opened_once(_open_shared_shop, request.param)
    settings.PACKPROD_CLIENT_ID, settings.PACKPROD_TIME_ZONE = shop.client_id, shop.zone
    return shop


def naive_segments(shop: EditedShop, now: datetime) -> dict[str, set[str]]:
    """The customers of each segment, by the contract's rules."""
    today = now.astimezone(ZoneInfo(shop.zone)).date()
    found: dict[str, set[str]] = {name: set() for name in SEGMENTS}
    for contact in {order.contact for order in shop.orders}:
        found[_segment([order for order in shop.orders if order.contact == contact], today, shop.zone)].add(contact)
    return found


def _segment(orders: list[Told], today: date, zone: str) -> str:
    if (today - orders[-1].day(zone)).days > 180:
        return "Dormant"
    if sum(order.total for order in orders) >= 5000 or len(orders) >= 20:
        return "VIP"
    return "New" if (today - orders[0].day(zone)).days <= 30 else "Active"
