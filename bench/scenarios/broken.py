"""Broken rows of another writer, each followed by a good order: parked, and nothing waits for them."""

import time
from collections.abc import Callable
from typing import Any

from bench.access import ORDERS
from bench.foreign_rows import foreign_row
from bench.payloads import imported, order
from bench.product import Product
from bench.reading import has, rows, seconds_until_customer
from bench.report import Report
from bench.waiting import in_time, milliseconds

FOLLOW_SECONDS = 2.0
GIVE_UP = 15.0


def broken_rows(product: Product, report: Report) -> None:
    """Rows no read model can use, each followed by a good one that must show within 2 s."""
    http, table = product.access.http, product.access.table(ORDERS)
    slow: list[str] = []
    for name, spoil in BROKEN.items():
        contact = imported(http, order(total="1.00"))["contactID"]
        row = foreign_row(contact_id=contact)
        spoil(row)
        table.put_item(Item=row)
        good = imported(http, order(total="2.00"))
        taken = seconds_until_customer(http, good["contactID"], has(1, "2.00"), within=GIVE_UP)
        listed = _listed_within(product, good["contactID"], within=FOLLOW_SECONDS)
        readable = http.get(f"/api/orders/{row['orderID']}").status_code
        if not in_time(taken, FOLLOW_SECONDS) or not listed or readable >= 500:
            slow.append(f"{name}: {milliseconds(taken)}, listed {listed}, GET order {readable}")
    report.check(
        f"{len(BROKEN)} broken rows: a good order right after shows within 2 s", not slow, slow or "all"
    )
    statuses = {
        http.get(path).status_code for path in ("/api/orders", "/api/customers", "/api/orders?limit=200")
    }
    report.check("lists still answer 200 with broken rows stored", statuses == {200}, statuses)


def _listed_within(product: Product, contact_id: str, *, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if any(row["contactID"] == contact_id for row in rows(product.access.http, "/api/customers")):
            return True
    return False


BROKEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "total is a word": lambda row: row.update(total="abc"),
    "total is a list": lambda row: row.update(total=[1]),
    "total is huge": lambda row: row.update(total="9" * 300),
    "total is NaN as text": lambda row: row.update(total="NaN"),
    "no items": lambda row: row.pop("items"),
    "items is a word": lambda row: row.update(items="two boxes"),
    "an item is a word": lambda row: row.update(items=["box"]),
    "no createdAt": lambda row: row.pop("createdAt"),
    "createdAt is a word": lambda row: row.update(createdAt="yesterday"),
    "no contactID": lambda row: row.pop("contactID"),
    "contactID is not in the contacts": lambda row: row.update(contactID="nobody-" + row["orderID"]),
    "status unknown": lambda row: row.update(status="lost in the post"),
    "customer is a word": lambda row: row.update(customer="John"),
    "only keys": lambda row: [row.pop(name) for name in list(row) if name not in ("orderID", "clientID")],
    "binary and sets": lambda row: row.update(total=b"\x00\xff", items={"a", "b"}, orderReference=b"x"),
}
