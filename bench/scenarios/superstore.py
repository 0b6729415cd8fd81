"""A real shop's four years of orders, imported by command and by HTTP: how fast, and whether exact to the cent."""

import json
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from bench.payloads import decoded, post
from bench.product import Product
from bench.reading import counted_orders, rows
from bench.report import Report
from bench.scenarios.verifying import verified
from bench.waiting import seconds_until

BATCH = 100
CATCH_UP_SECONDS = 300
ATTEMPTS = 5


def by_command(product: Product, report: Report, *, path: Path) -> None:
    """Imports them with `manage.py import_orders FILE`."""

    def load() -> int:
        done = product.access.manage("import_orders", str(path), timeout=600)
        report.check("import_orders exit status", done.returncode == 0, f"{done.returncode} {done.stderr[-200:]}")
        return len(path.read_text().splitlines())

    _measure(product, report, path=path, load=load)


def by_http(product: Product, report: Report, *, path: Path, connections: int = 1) -> None:
    """Imports them over HTTP in arrays of 100. Like n8n, it repeats an array that got no answer or a 5xx."""

    def load() -> int:
        orders = [json.loads(line) for line in path.read_text().splitlines()]
        batches = [orders[start : start + BATCH] for start in range(0, len(orders), BATCH)]
        with ThreadPoolExecutor(connections) as pool:
            answers = list(pool.map(lambda batch: _post_batch(product, batch), batches))
        tally = Counter(status for answer in answers for status in answer)
        accepted = tally[201] + tally[200]  # 200: stored by an attempt whose answer was lost
        report.check("every order accepted", accepted == len(orders), dict(tally))
        return accepted

    _measure(product, report, path=path, load=load)


def _post_batch(product: Product, batch: list[dict[str, Any]]) -> list[int | str]:
    """Posts an array until it is answered; returns the status of each row, and one entry for each failed attempt."""
    seen: list[int | str] = []
    for _ in range(ATTEMPTS):
        try:
            response = post(product.access.http, batch, timeout=120)
        except httpx.TransportError as lost:
            seen.append(type(lost).__name__)
            continue
        if response.status_code == 200:
            return seen + [row["status"] for row in decoded(response)["data"]]
        seen.append(f"array {response.status_code}")
    return seen


def _measure(product: Product, report: Report, *, path: Path, load: Callable[[], int]) -> None:
    http, started = product.access.http, time.monotonic()
    imported = load()
    taken = time.monotonic() - started
    report.figure("import", f"{imported} orders in {taken:.1f} s = {imported / taken:.0f} orders/s")
    caught_up = seconds_until(lambda: counted_orders(http) == imported, within=CATCH_UP_SECONDS, every=0.25)
    seen = "never" if caught_up is None else f"{caught_up:.1f} s after the last acknowledged import"
    report.check("metrics caught up", caught_up is not None, seen)
    _compare_with_file(product, report, path=path)
    verified(product, report)


def _compare_with_file(product: Product, report: Report, *, path: Path) -> None:
    source = [json.loads(line, parse_float=Decimal) for line in path.read_text().splitlines()]
    customers = rows(product.access.http, "/api/customers")
    spent = sum((Decimal(row["totalSpend"]) for row in customers), Decimal(0))
    expected = sum((Decimal(order["total"]) for order in source), Decimal(0))
    emails = {order["customer"]["email"].strip().casefold() for order in source}
    orders = sum(row["orderCount"] for row in customers)
    report.check("orders", orders == len(source), f"{orders:,} of {len(source):,}")
    report.check("customers", len(customers) == len(emails), f"{len(customers)} of {len(emails)}")
    report.check("total spend over all customers", spent == expected, f"{spent:,} of {expected:,}")
