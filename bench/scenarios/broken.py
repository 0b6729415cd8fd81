"""Broken rows of another writer, each followed by a good order: they are parked and hold nothing up."""

from collections.abc import Callable
from typing import Any

from bench.access import ORDERS
from bench.foreign_rows import foreign_row
from bench.payloads import imported, order, unique
from bench.product import Product
from bench.reading import has, rows, seconds_until_customer
from bench.report import Report
from bench.scenarios.verifying import verified
from bench.waiting import in_time, milliseconds, seconds_until

FOLLOW_SECONDS = 2.0
GIVE_UP = 15.0


def broken_rows(product: Product, report: Report) -> None:
    """Puts rows that no read model can use, each followed by a good one that must be listed within 2 s; then removes
    them."""
    table, stored = product.access.table(ORDERS), list[str]()
    try:
        for name, spoil in BROKEN.items():
            row = foreign_row(contact_id=imported(product.access.http, order(total="1.00"))["contactID"])
            spoil(row)
            table.put_item(Item=row)
            stored.append(row["orderID"])
            _blocks_nothing(product, report, name=name, order_id=row["orderID"])
        _lists_answer(product, report)
        verified(product, report)
        _repaired_row_counts(product, report)
    finally:
        for order_id in stored:
            table.delete_item(Key={"orderID": order_id})


def _blocks_nothing(product: Product, report: Report, *, name: str, order_id: str) -> None:
    http, newcomer = product.access.http, unique("after")
    good = imported(http, order(email=f"{newcomer}@example.com", total="2.00"))["contactID"]

    def listed() -> bool:
        found = rows(http, "/api/customers", search=newcomer)
        return [(row["contactID"], row["orderCount"]) for row in found] == [(good, 1)]

    taken, readable = seconds_until(listed, within=GIVE_UP), http.get(f"/api/orders/{order_id}").status_code
    fine = in_time(taken, FOLLOW_SECONDS) and readable < 500
    seen = f"next order listed after {milliseconds(taken)}, GET of the row {readable}"
    report.check(f"broken row: {name}", fine, seen)


def _lists_answer(product: Product, report: Report) -> None:
    paths = ("/api/orders", "/api/orders?limit=200", "/api/customers", "/api/orders?status=received")
    statuses = [product.access.http.get(path).status_code for path in paths]
    report.check("lists answer 200 with broken rows stored", set(statuses) == {200}, statuses)


def _repaired_row_counts(product: Product, report: Report) -> None:
    http, table = product.access.http, product.access.table(ORDERS)
    contact = imported(http, order(total="1.00"))["contactID"]
    row = foreign_row(contact_id=contact, total="7.00")
    table.put_item(Item=row | {"total": "abc"})
    apart = seconds_until_customer(http, contact, has(1, "1.00"), within=GIVE_UP)
    table.put_item(Item=row)
    taken = seconds_until_customer(http, contact, has(2, "8.00"), within=GIVE_UP)
    fine = apart is not None and in_time(taken, FOLLOW_SECONDS)
    report.check("a broken row counts once it is repaired", fine, milliseconds(taken))


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
