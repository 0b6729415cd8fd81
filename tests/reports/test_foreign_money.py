"""Rows as an old Node Lambda leaves them: every figure equals a recompute in cents of what is not parked."""

import json
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from customers.services import customer_row
from orders.products.selectors import product_rows
from orders.selectors import order_item
from orders.services import order_change_status
from packprod.dates import utc_now
from packprod.readmodels.parked import parked_summary
from packprod.readmodels.rebuild.verify import verify
from reports.statistics.report import statistics_report
from tests.orders.foreign import put_order

PRICES = {"BOX-A4": 0.85, "BOX-XL": 3.33, "TAPE-48": 1.1, "WRAP-50": 19.99, "BAG-S": 0.07, "LBL": 0.0385}
STATUSES = ("received", "Shipped", "completed", "cancelled", "VOIDED", "canceled", "Refunded", "on-hold")
GONE = {"cancelled", "voided", "canceled", "refunded"}
CENT = Decimal("0.01")


def cents(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def stored(value: float) -> Decimal:
    """A JavaScript number as the engine stores it."""
    return Decimal(repr(value))


def lambda_rows(chance: Random) -> Iterator[tuple[dict[str, Any], Decimal]]:
    """Rows with the total that figures must have."""
    for number in range(48):
        codes = chance.sample(sorted(PRICES), chance.randint(1, 3))
        lines: list[dict[str, Any]] = [
            {"productCode": code, "quantity": chance.randint(1, 60), "unitPrice": PRICES[code]} for code in codes
        ]
        subtotal = 0.0
        for line in lines:
            subtotal += line["quantity"] * line["unitPrice"]
        total = subtotal + subtotal * 0.1 + 9.95
        row: dict[str, Any] = {
            "orderID": f"lambda-{number}",
            "contactID": f"contact-{number % 7}",
            "status": STATUSES[number % len(STATUSES)],
            "createdAt": f"2025-10-{number % 28 + 1:02d}T01:{number:02d}:00.123Z",
            "items": [line | {"unitPrice": stored(line["unitPrice"])} for line in lines],
            "subtotal": stored(subtotal),
            "tax": stored(subtotal * 0.1),
            "shipping": stored(9.95),
            "total": stored(total),
            "internal": {"flag": True, "history": [Decimal(1), Decimal("2.5")]},
        }
        kind = number % 6
        if kind == 1:
            row["items"] = json.dumps(lines)
        if kind == 2:
            row |= {"total": f"${total:,.2f}", "subtotal": f"{subtotal:.2f}"}
        if kind == 3:
            row["items"] = [line | {"quantity": str(line["quantity"])} for line in row["items"]]
        if kind == 4:
            row |= {"tax": None, "subtotal": None}
        if kind == 5:
            row["items"] = None
        yield row, cents(total)


def test_every_figure_is_that_of_a_recompute_in_cents(client_id: str, caught_up: Callable[[], None]) -> None:
    rows = list(lambda_rows(Random(7)))
    for row, _ in rows:
        put_order(**row)
    nobodys = [put_order(orderID=f"nobody-{n}", contactID=None, total=stored(1.005 + n / 3)) for n in range(5)]
    caught_up()
    counted = [(row, total) for row, total in rows if row["status"].lower() not in GONE]
    report = statistics_report(now=utc_now())
    assert (report.orders, report.revenue) == (len(counted), sum(total for _, total in counted))
    for contact_id in {row["contactID"] for row, _ in counted}:
        spend = sum(total for row, total in counted if row["contactID"] == contact_id)
        assert customer_row(contact_id, now=utc_now())[0]["totalSpend"] == spend
    sold: dict[str, list[Decimal]] = {}
    for row, _ in counted:
        items = row["items"] or []
        for line in json.loads(items, parse_float=Decimal) if isinstance(items, str) else items:
            sums = sold.setdefault(line["productCode"], [Decimal(0), Decimal(0)])
            sums[0] += Decimal(line["quantity"])
            sums[1] += cents(Decimal(line["quantity"]) * Decimal(str(line["unitPrice"])))
    assert {code: [one["units"], one["revenue"]] for code, one in product_rows(sold).items()} == sold
    parked = parked_summary()
    assert (parked.orders, parked.amount) == (5, sum(cents(row["total"]) for row in nobodys))
    assert verify(settle=0) == []


def test_a_row_keeps_what_its_writer_wrote(client_id: str, caught_up: Callable[[], None]) -> None:
    """Also after staff changed its status: nothing is rounded, decoded or filled in where it is stored."""
    put = [put_order(**row) for row, _ in lambda_rows(Random(8))]
    caught_up()
    assert [order_item(row["orderID"]) for row in put] == put
    for row in put[:12]:
        order_change_status(order_id=row["orderID"], status="processing", updated_by="user anna", now=utc_now())
        theirs = row.keys() - {"status", "updatedAt"}
        now = order_item(row["orderID"])
        assert {name: now[name] for name in theirs} == {name: row[name] for name in theirs}
