"""Whatever other writers do, and in whatever order, how often and by how many workers it is followed: the figures are
those that a plain loop over the orders gives."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orders.tables import ListedOrder
from packprod.readmodels.lists.search_index import SearchEntry
from packprod.readmodels.parked import parked_orders
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.summary import summarise
from tests.packprod.readmodels import naive
from tests.packprod.readmodels.conftest import summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.naive import Order
from tests.packprod.readmodels.stored import dirty, snapshot, stored

EDITS = 60
WORKERS = 4
CONTACTS = ("ann", "bob", "cat")
STATUSES = ("received", "processing", "shipped", "completed", "cancelled", "refunded")


class Edits:
    """Random edits by another program, and what the test itself knows the orders to be after them."""

    def __init__(self, writer: ForeignWriter, chance: random.Random, now: datetime) -> None:
        self._writer, self._chance, self._now = writer, chance, now
        self._names = iter(f"{number:03d}" for number in range(EDITS))
        self.orders: dict[str, Order] = {}

    def next(self) -> str:
        """Edits one order; returns its id."""
        kinds = [self.create] * 3
        if self.orders:
            kinds += [self.restate, self.reprice, self.move, self.redate, self.delete, self.break_it, self.give_away]
        return self._chance.choice(kinds)()

    def create(self) -> str:
        """A new order, or one of a name that was used before and deleted."""
        name = next(self._names)
        contact = self._chance.choice(CONTACTS)
        self.orders[name] = Order(
            order_id=self._writer.order_id(name),
            contact_id=self._writer.contact_id(contact),
            created_at=self._some_day(),
            total=self._some_money(),
            name=f"{contact} {self._chance.choice(('smith', 'jones'))}",
            email=f"{contact}.{self._chance.choice('xyz')}@example.com",
            company=self._chance.choice(("", "Acme Corp", "Box Co")),
        )
        return self._write(name)

    def restate(self) -> str:
        return self._change(status=self._chance.choice(STATUSES))

    def reprice(self) -> str:
        return self._change(total=self._some_money())

    def move(self) -> str:
        return self._change(contact_id=self._writer.contact_id(self._chance.choice(CONTACTS)))

    def redate(self) -> str:
        return self._change(created_at=self._some_day())

    def break_it(self) -> str:
        """Or mends it."""
        name = self._chance.choice(list(self.orders))
        return self._change(name, broken=not self.orders[name].broken)

    def give_away(self) -> str:
        """To another client, or back."""
        name = self._chance.choice(list(self.orders))
        return self._change(name, ours=not self.orders[name].ours)

    def delete(self) -> str:
        """Sometimes to be created once more under its old id."""
        name = self._chance.choice(list(self.orders))
        order = self.orders.pop(name)
        self._writer.delete(name)
        if self._chance.random() < 0.5:
            self.orders[name] = order
            return self._change(name, total=self._some_money())
        return order.order_id

    def _change(self, order_name: str | None = None, /, **facts: Any) -> str:
        name = order_name or self._chance.choice(list(self.orders))
        for fact, value in facts.items():
            setattr(self.orders[name], fact, value)
        return self._write(name)

    def _some_day(self) -> datetime:
        """Within two years, often with milliseconds, often near a midnight of Sydney."""
        day = self._now - timedelta(days=self._chance.choice((0, 1, 20, 29, 30, 31, 100, 180, 181, 182, 400, 700)))
        return day.replace(hour=self._chance.choice((12, 13, 14)), microsecond=self._chance.choice((0, 123_000)))

    def _some_money(self) -> Decimal:
        return Decimal(self._chance.choice((0, 1, 1999, 123_456, 499_999))) / 100

    def _write(self, name: str) -> str:
        order = self.orders[name]
        attributes: dict[str, Any] = {
            "contactID": order.contact_id,
            "createdAt": order.created_at.isoformat().replace("+00:00", "Z"),
            "total": "broken" if order.broken else self._chance.choice((order.total, str(order.total))),
            "status": order.status,
            "customer": {"name": order.name, "email": order.email, "company": order.company},
            "items": [{"productCode": self._chance.choice("PQ"), "quantity": 3, "unitPrice": Decimal("0.10")}],
        }
        return self._writer.put(name, **attributes | ({} if order.ours else {"clientID": "somebody else"}))


def follow_somehow(order_id: str, chance: random.Random, now: datetime) -> None:
    """What an event may set off: projected at once or twice, summarised or left to a sweep."""
    for _ in range(chance.choice((1, 1, 2))):
        touched = project([order_id], now=now)
        if chance.random() < 0.5:
            summarise(touched, now=now)


@pytest.mark.parametrize("seed", range(5))
def test_random_edits_followed_by_several_workers(
    seed: int, writer: ForeignWriter, client_id: str, now: datetime
) -> None:
    chance = random.Random(seed)
    edits = Edits(writer, chance, now)
    with ThreadPoolExecutor(WORKERS) as workers:
        events: list[str] = []
        running = []
        for _ in range(EDITS):
            events += [edits.next()] * chance.choice((1, 1, 2))
            if len(events) > chance.randrange(10):
                chance.shuffle(events)
                running += [workers.submit(follow_somehow, one, random.Random(chance.random()), now) for one in events]
                events = []
        running += [workers.submit(follow_somehow, one, random.Random(seed), now) for one in events]
        for one in running:
            one.result()
    summarise_dirty(now)

    assert verify(settle=0) == []
    assert dirty(client_id) == set()
    orders = list(edits.orders.values())
    expected = naive.customers(orders, now)
    rows = {key[0]: row for key, row in snapshot(client_id)["CustomerMetrics"].items()}
    assert {contact: {name: rows[contact][name] for name in expected[contact]} for contact in rows} == expected
    words = Counter((row["subject"], row["entry"].partition("\x01")[0]) for row in customer_words(client_id))
    assert words == Counter(naive.searchable(orders))
    assert {one.order_id for one in parked_orders()} == {one.order_id for one in orders if one.ours and one.broken}
    assert by_status(client_id) == Counter(one.status for one in orders if one.ours and not one.broken)


def customer_words(client_id: str) -> list[dict[str, Any]]:
    """The search entries of customers (products have theirs too)."""
    return [row for row in stored(SearchEntry, client_id).values() if "-contact-" in row["subject"]]


def by_status(client_id: str) -> Counter[str]:
    """How many orders each list by status holds."""
    rows = stored(ListedOrder, client_id).values()
    return Counter(row["statusPartition"].partition("#")[2] for row in rows if "statusPartition" in row)
