"""Pages through lists while another client writes: no row twice, and none lost that did not move, by every sort."""

import itertools
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.payloads import imported, order, post, unique
from bench.product import Product
from bench.reading import rows
from bench.report import Report
from bench.waiting import seconds_until
from bench.walk import NextOrder, Walk, is_sorted

SORTS = ("totalSpend", "orderCount", "lastOrderDate", "name")


def run(
    product: Product,
    report: Report,
    *,
    path: Path | None = None,
    customers: int = 793,
    moving: int = 40,
    limit: int = 50,
) -> None:
    """Pages through customers (from `path`, or made up) by each sort and direction; `moving` of them get new orders."""
    _load(product, path=path, customers=customers)
    emails = [f"{unique('moving.')}@example.com" for _ in range(moving)]
    contacts = {imported(product.access.http, order(email=email))["contactID"] for email in emails}
    _settle(product, contacts=contacts)
    next_order = partial(_moving_order, emails)
    customers_by_every_sort(product, report, next_order=next_order, moving=contacts, limit=limit)
    orders_newest_first(product, report, next_order=next_order, limit=min(200, 4 * limit))


def customers_by_every_sort(
    product: Product, report: Report, *, next_order: NextOrder, moving: set[str], limit: int
) -> None:
    """Walks through all customers eight times, while those of `moving` get new orders."""
    still = {row["contactID"] for row in rows(product.access.http, "/api/customers")} - moving
    for sort, direction in itertools.product(SORTS, ("desc", "asc")):
        walk = Walk(product, next_order, "/api/customers", sort=sort, order=direction, limit=limit)
        stays = still | moving if sort == "name" else still  # new orders move nobody by name
        figures = [row[sort] for row in walk.rows if row["contactID"] in still and sort != "name"]
        in_order = is_sorted(figures, direction)
        walk.judge(report, f"customers by {sort} {direction}", "contactID", stays, in_order)


def orders_newest_first(product: Product, report: Report, *, next_order: NextOrder, limit: int) -> None:
    """Walks through all orders once, while new ones arrive, some of them with past dates."""
    stays = {row["orderID"] for row in rows(product.access.http, "/api/orders")}
    walk = Walk(product, next_order, "/api/orders", limit=limit)
    in_order = is_sorted([row["createdAt"] for row in walk.rows], "desc")
    walk.judge(report, "orders, newest first", "orderID", stays, in_order)


def _load(product: Product, *, path: Path | None, customers: int) -> None:
    if path is not None:
        product.access.manage("import_orders", str(path), timeout=600).check_returncode()
        return
    made = [order(total=f"{10 + n % 50}.00", createdAt=_past(n)) for n in range(customers)]
    for start in range(0, customers, 100):
        post(product.access.http, made[start : start + 100], timeout=120).raise_for_status()


def _settle(product: Product, *, contacts: set[str]) -> None:
    def listed() -> bool:
        return contacts <= {row["contactID"] for row in rows(product.access.http, "/api/customers")}

    seconds_until(listed, within=180, every=0.25)
    counts: list[int] = []

    def quiet() -> bool:
        counts.append(len(rows(product.access.http, "/api/customers")))
        return counts[-3:] == [counts[-1]] * 3

    seconds_until(quiet, within=60, every=0.7)


def _moving_order(emails: list[str], number: int) -> dict[str, Any]:
    when = {"createdAt": _past(number)} if number % 3 == 0 else {}
    return order(email=emails[number % len(emails)], total=f"{1 + number % 200}.00", **when)


def _past(number: int) -> str:
    return (datetime.now(UTC) - timedelta(days=1 + number % 300)).isoformat(timespec="seconds")
