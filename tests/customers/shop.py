"""A shop of forty customers in every segment, and a plain-Python account of them that shares no code with ours."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from customers.importing.batch import orders_import
from customers.lists.listing import Listing, customer_list
from packprod.readmodels.stream.catching_up import catch_up

MOST_PAGES = 200
NOW = datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC)
SYDNEY = ZoneInfo("Australia/Sydney")
SEGMENTS = ("VIP", "Active", "New", "Dormant")
# As written, and as people type it.
FIRST_NAMES = [("Émile", "emile"), ("Zoë", "zoe"), ("Søren", "soren"), ("Łukasz", "lukasz"), ("ANNA", "anna")]
LAST_NAMES = [("O'Brien", "o'brien"), ("Müller", "muller"), ("Ng", "ng"), ("Smith-Jones", "smith-jones")]
COMPANIES = ["", "Acme Corp", "Boxes & Co.", "Ångström Packaging"]


@dataclass(frozen=True)
class Person:
    """A customer as the shop's own ledger has it."""

    contact_id: str
    name: str
    plain_name: str
    email: str
    company: str
    totals: tuple[Decimal, ...]
    days: tuple[int, ...]  # how many days before NOW each order came, oldest first

    @property
    def spend(self) -> Decimal:
        return sum(self.totals, Decimal(0))

    def segment(self, now: datetime = NOW) -> str:
        if _days_between(self.days[-1], now) > 180:
            return "Dormant"
        if self.spend >= 5000 or len(self.days) >= 20:
            return "VIP"
        return "New" if _days_between(self.days[0], now) <= 30 else "Active"


def _days_between(days: int, now: datetime) -> int:
    return (now.astimezone(SYDNEY).date() - (NOW - timedelta(days=days)).astimezone(SYDNEY).date()).days


SORT_KEYS: dict[str, Callable[[Person], Any]] = {
    "totalSpend": lambda person: person.spend,
    "orderCount": lambda person: len(person.days),
    "lastOrderDate": lambda person: -person.days[-1],
    "name": lambda person: person.plain_name,
}


def naive_list(people: list[Person], listing: Listing, now: datetime = NOW) -> list[str]:
    """The contactIDs that a list must show, by sorting everybody."""
    listed = [person for person in people if listing.segment_name in ("", person.segment(now))]
    key = SORT_KEYS[listing.sort]
    in_order = sorted(listed, key=lambda person: (key(person), person.contact_id), reverse=listing.descending)
    return [person.contact_id for person in in_order]


def pages(listing: Listing, *, search: str = "", limit: int, now: datetime = NOW) -> Iterator[list[str]]:
    """The contactIDs of every page, one page at a time."""
    position = None
    for _ in range(MOST_PAGES):
        page = customer_list(listing, search=search, limit=limit, position=position, now=now).page
        yield [row["contactID"] for row in page.items]
        position = page.next_position
        if position is None:
            return
    raise AssertionError("the list has no end")


def whole_list(listing: Listing, *, search: str = "", limit: int = 200, now: datetime = NOW) -> list[str]:
    """All pages together."""
    return [contact_id for page in pages(listing, search=search, limit=limit, now=now) for contact_id in page]


def open_shop() -> list[Person]:
    """Imports the shop's orders for the present client and derives everything."""
    chance = random.Random(7)
    plans = [_plan(number, chance) for number in range(40)]
    payloads = [payload for plan in plans for payload in plan["payloads"]]
    results = [
        one for at in range(0, len(payloads), 100) for one in orders_import(payloads=payloads[at : at + 100], now=NOW)
    ]
    catch_up(clock=lambda: NOW)
    ids = {one.outcome.order_reference: one.outcome.contact_id for one in results if one.outcome}
    return [Person(contact_id=ids[plan["payloads"][0]["orderReference"]], **plan["person"]) for plan in plans]


def _plan(number: int, chance: random.Random) -> dict[str, Any]:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    # Equal spends and counts on purpose: ties must not lose anybody.
    totals = tuple(Decimal(chance.choice(("10.00", "10.00", "99.95", "2500.00"))) for _ in range(chance.randint(1, 4)))
    newest = chance.choice((0, 1, 5, 29, 30, 31, 90, 179, 180, 181, 300))
    before = sorted((newest + chance.choice((0, 1, 7, 40, 200)) for _ in totals[1:]), reverse=True)
    person = {
        "name": f"{first[0]} {last[0]}",
        "plain_name": f"{first[1]} {last[1]}",
        "email": f"{first[1]}.p{number}@mail{number % 3}.example.com",
        "company": chance.choice(COMPANIES),
        "totals": totals,
        "days": (*before, newest),
    }
    return {"person": person, "payloads": list(_payloads(number, person))}


def _payloads(number: int, person: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for at, (total, days) in enumerate(zip(person["totals"], person["days"], strict=True)):
        yield {
            "orderReference": f"S-{number}-{at}",
            "createdAt": (NOW - timedelta(days=days)).isoformat(),
            "customer": {name: person[name] for name in ("name", "email", "company")},
            "items": [{"productCode": "BOX", "quantity": 1, "unitPrice": total}],
        }
