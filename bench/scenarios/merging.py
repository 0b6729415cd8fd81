"""Customers joined and parted at random while orders come in: figures equal plain SQL after each, verify finds 0."""

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx

from bench.access import ORDERS
from bench.payloads import decoded, order, post, unique
from bench.product import Product
from bench.reading import rows
from bench.report import Report
from bench.scenarios.verifying import verified
from bench.waiting import seconds_until

ORDER_COUNT, CUSTOMERS, STEPS = 2_000, 60, 20
WITHIN_SECONDS = 120
Figures = dict[str, tuple[int, int]]
"""Number of orders and cents by contactID."""


class Ledger:
    """What the shop must know: the orders table as anybody can read it and the joins made here, summed by SQLite."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self.into: dict[str, str] = {}

    def figures(self) -> Figures:
        """Orders and cents of each customer that is left, by SQL over orders and aliases."""
        with sqlite3.connect(":memory:") as sql:
            sql.execute("CREATE TABLE orders (contact TEXT, status TEXT, cents INTEGER)")
            sql.execute("CREATE TABLE aliases (contact TEXT PRIMARY KEY, into_contact TEXT)")
            sql.executemany("INSERT INTO orders VALUES (?, ?, ?)", self._orders())
            sql.executemany("INSERT INTO aliases VALUES (?, ?)", self.into.items())
            found = sql.execute(
                """WITH RECURSIVE ends (contact, last) AS (
                       SELECT DISTINCT contact, contact FROM orders
                       UNION SELECT ends.contact, into_contact FROM ends JOIN aliases ON aliases.contact = ends.last)
                   SELECT last, COUNT(*), SUM(cents) FROM orders JOIN ends USING (contact)
                   WHERE last NOT IN (SELECT contact FROM aliases) AND status NOT IN ('cancelled', 'refunded')
                   GROUP BY last"""
            )
            return {contact: (count, cents) for contact, count, cents in found}

    def _orders(self) -> Iterator[tuple[str, str, int]]:
        for row in self._product.access.scan(ORDERS):
            if row.get("clientID") == "packprod":
                yield row["contactID"], row["status"], int(Decimal(str(row["total"])) * 100)


def run(product: Product, report: Report) -> None:
    """Loads half of the orders, then joins and parts at random while the other half is sent."""
    chance, ledger = random.Random(9), Ledger(product)
    emails = [f"{unique('merge.')}@m{number}.example.com" for number in range(CUSTOMERS)]
    contacts = _load(product.access.http, emails, ORDER_COUNT // 2, chance)
    loaded = seconds_until(lambda: _shown(product.access.http) == ledger.figures(), within=WITHIN_SECONDS, every=0.5)
    report.check("after loading half of the orders: figures equal SQL", loaded is not None)
    sender = _Sender(product.access.http, emails, ORDER_COUNT // 2)
    sender.start()
    waits: list[float] = []
    for step in range(STEPS):
        about = _step(product, ledger, contacts, chance)
        sender.pause()
        taken = seconds_until(lambda: _shown(product.access.http) == ledger.figures(), within=WITHIN_SECONDS, every=0.2)
        sender.go_on()
        report.check(f"step {step + 1}: {about}: figures equal SQL", taken is not None, f"{ORDER_COUNT:,} orders")
        waits.append(taken if taken is not None else float(WITHIN_SECONDS))
    sender.join()
    ended = seconds_until(lambda: _shown(product.access.http) == ledger.figures(), within=WITHIN_SECONDS, every=0.2)
    report.check("at the end: figures equal SQL", ended is not None, f"{len(ledger.into)} joined")
    report.check("every order was accepted", not sender.refused, sender.refused[:3])
    report.figure(
        "from a change to right figures", f"{sorted(waits)[len(waits) // 2]:.1f} s, at most {max(waits):.1f} s"
    )
    verified(product, report)
    _part_all(product, ledger)
    parted = seconds_until(lambda: _shown(product.access.http) == ledger.figures(), within=WITHIN_SECONDS, every=0.2)
    report.check("all parted again: figures equal SQL", parted is not None)
    verified(product, report)


def _load(http: httpx.Client, emails: list[str], count: int, chance: random.Random) -> list[str]:
    """Imports orders of everybody; returns the contactIDs."""
    found: dict[str, None] = {}
    for at in range(0, count, 100):
        batch = [_order(emails[number % CUSTOMERS], number) for number in range(at, at + 100)]
        found |= dict.fromkeys(row["contactID"] for row in decoded(post(http, batch, timeout=120))["data"])
    return list(found)


def _order(email: str, number: int) -> dict[str, Any]:
    status = "cancelled" if number % 17 == 0 else "received"
    return order(email=email, total=f"{number % 97 + 1}.{number % 100:02d}", status=status)


class _Sender(threading.Thread):
    """Sends orders of everybody, a few at a time, until all are sent; `pause` lets the figures be compared."""

    def __init__(self, http: httpx.Client, emails: list[str], count: int) -> None:
        super().__init__(daemon=True)
        self._http, self._emails, self._count = http, emails, count
        self._may_send, self._sending = threading.Event(), threading.Lock()
        self._may_send.set()
        self.refused: list[int] = []

    def run(self) -> None:
        for at in range(0, self._count, 5):
            self._may_send.wait()
            with self._sending:
                batch = [_order(self._emails[(at * 7 + one) % CUSTOMERS], at + one) for one in range(5)]
                answer = post(self._http, batch, timeout=120)
                self.refused += [] if answer.status_code == 200 else [answer.status_code]
            time.sleep(0.05)

    def pause(self) -> None:
        """Returns once nothing is under way."""
        self._may_send.clear()
        with self._sending:
            pass

    def go_on(self) -> None:
        """Sends on."""
        self._may_send.set()


def _step(product: Product, ledger: Ledger, contacts: list[str], chance: random.Random) -> str:
    """Joins two customers, or parts two; returns what it did. Orders are being sent meanwhile."""
    if ledger.into and chance.random() < 0.4:
        gone = chance.choice(sorted(ledger.into))
        product.access.http.delete(f"/api/customers/{gone}/merge", timeout=60).raise_for_status()
        del ledger.into[gone]
        return "parted"
    gone, left = chance.sample([one for one in contacts if one not in ledger.into], 2)
    body = {"into": left}
    product.access.http.post(f"/api/customers/{gone}/merge", json=body, timeout=60).raise_for_status()
    ledger.into[gone] = left
    return "joined"


def _part_all(product: Product, ledger: Ledger) -> None:
    for gone in list(ledger.into):
        product.access.http.delete(f"/api/customers/{gone}/merge", timeout=60).raise_for_status()
        del ledger.into[gone]


def _shown(http: httpx.Client) -> Figures:
    """What the customers' list shows."""
    listed = rows(http, "/api/customers")
    return {row["contactID"]: (row["orderCount"], round(row["totalSpend"] * 100)) for row in listed}
