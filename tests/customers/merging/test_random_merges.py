"""Customers joined and parted at random among imports: after each, every figure is what plain SQL makes of the orders
and the joins. `python -m bench merging` does the same with 2,000 orders against the running product."""

import random
import sqlite3
from datetime import datetime
from decimal import Decimal
from typing import Any

from customers.lists.listing import Listing, customer_list
from customers.merging.services import contact_merge, contact_orders_move, contact_unmerge
from orders.tables import WebOrder
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.totals import read_totals
from tests.packprod.readmodels.foreign_writer import all_rows

STEPS, CUSTOMERS = 12, 8
FIGURES = """
WITH RECURSIVE ends (contact, last) AS (
    SELECT DISTINCT contact, contact FROM orders
    UNION SELECT ends.contact, into_contact FROM ends JOIN aliases ON aliases.contact = ends.last)
SELECT last, COUNT(*), SUM(cents) FROM orders JOIN ends USING (contact)
WHERE last NOT IN (SELECT contact FROM aliases) AND status NOT IN ('cancelled', 'refunded') GROUP BY last
"""


def expected(client_id: str, into: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Orders and cents by customer, by SQLite over the stored rows."""
    stored = [
        (row["contactID"], row["status"], int(Decimal(str(row["total"])) * 100))
        for row in all_rows(WebOrder)
        if row["clientID"] == client_id
    ]
    with sqlite3.connect(":memory:") as sql:
        sql.execute("CREATE TABLE orders (contact TEXT, status TEXT, cents INTEGER)")
        sql.execute("CREATE TABLE aliases (contact TEXT, into_contact TEXT)")
        sql.executemany("INSERT INTO orders VALUES (?, ?, ?)", stored)
        sql.executemany("INSERT INTO aliases VALUES (?, ?)", into.items())
        return {contact: (count, cents) for contact, count, cents in sql.execute(FIGURES)}


def shown(now: datetime) -> dict[str, tuple[int, int]]:
    """What the customers' list shows."""
    found = customer_list(Listing(), search="", limit=200, position=None, now=now).page.items
    return {row["contactID"]: (int(row["orderCount"]), int(row["totalSpend"] * 100)) for row in found}


def test_figures_equal_sql_after_each_merge_and_undo(
    imported: Any, make_order: Any, caught_up: Any, client_id: str, now: datetime
) -> None:
    chance, into, number = random.Random(9), dict[str, str](), 0
    contacts: dict[str, None] = {}

    def send(count: int) -> None:
        nonlocal number
        orders = []
        for _ in range(count):
            number += 1
            line = {"productCode": "BOX", "quantity": 1, "unitPrice": f"{number}.{number % 100:02d}"}
            status = chance.choice(("received", "shipped", "cancelled"))
            email = f"c{number % CUSTOMERS}@m.example"
            orders.append(make_order(f"M-{number}", email=email, items=[line], status=status))
        contacts.update(dict.fromkeys(one.outcome.contact_id for one in imported(*orders)))

    send(2 * CUSTOMERS)
    caught_up()
    for _ in range(STEPS):
        if into and chance.random() < 0.4:
            gone = chance.choice(sorted(into))
            contact_unmerge(contact_id=gone)
            del into[gone]
        else:
            gone, left = chance.sample([one for one in contacts if one not in into], 2)
            contact_merge(contact_id=gone, into=left, merged_by="anna", now=now)
            into[gone] = left
        send(3)  # between the click and the worker
        contact_orders_move(contact_id=gone, now=now)
        caught_up()
        assert shown(now) == expected(client_id, into)
        assert read_totals("population")["customers"] == len(shown(now))
    for gone in list(into):
        contact_unmerge(contact_id=gone)
        contact_orders_move(contact_id=gone, now=now)
        del into[gone]
    assert shown(now) == expected(client_id, {})
    assert verify(settle=0) == []
