"""A shop's orders by HTTP arrays of 100 into an empty product; catching up; rebuild from nothing; verify; memory."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.access import CONTACTS, ORDERS
from bench.bare_engine import bare_seconds, client_of, rows_in
from bench.memory_engine import product_in_memory
from bench.order_rows import Row, as_json
from bench.payloads import post
from bench.processes import Groups, listening_on, megabytes_now, peak_megabytes
from bench.product import Product
from bench.reading import counted_orders
from bench.report import Report
from bench.shop_data import Shop
from bench.waiting import seconds_until

BATCH = 100
CONNECTIONS = 2
LONG = 7_200.0
REST_SECONDS = 10
UNCOUNTED = ("cancelled", "refunded")
PARTS = ("web", "worker", "consumer", "beat", "redis")
SENT = (
    "orderReference",
    "createdAt",
    "status",
    "currency",
    "customer",
    "items",
    "tax",
    "shipping",
    "discount",
    "total",
)


def run(report: Report, *, checkout: Path, orders: int) -> None:
    """Loads that many orders, waits for the figures, then rebuilds and verifies with the product stopped."""
    shop = Shop(orders=orders, today=datetime.now(UTC).date())
    with product_in_memory(checkout=checkout) as (product, url):
        try:
            product.start()
            groups = _groups(product, url)
            _at_rest(report, groups, "at rest, empty")
            seconds = _load(report, product, shop)
            _report_share(report, "load", seconds, rows_in(url), url=url, checkout=checkout)
            _report_peaks(report, groups)
            _at_rest(report, groups, "at rest, loaded")
        finally:
            product.stop()
        _rebuild(report, product, url, orders=orders, checkout=checkout)


def payload(row: Row) -> dict[str, Any]:
    """An order's row as n8n would have sent it."""
    plain = as_json(row)
    return {name: plain[name] for name in SENT} | {"source": "n8n"}


def _load(report: Report, product: Product, shop: Shop) -> float:
    """Posts every order and waits until all of them count; returns the seconds in all."""
    rows, counted = shop.orders(), [0]
    started = time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sent = sum(pool.map(lambda batch: _post(product, batch, counted), _batches(rows)))
    posted = time.monotonic() - started
    report.check("load: every order accepted", sent == shop.size, f"{sent} of {shop.size}")
    report.figure("load: by arrays of 100", f"{posted:.1f} s = {sent / posted:.0f} orders a second")
    http = product.access.http
    after = seconds_until(lambda: _orders_in_statistics(product) == counted[0], within=LONG, every=0.25)
    seen = "never" if after is None else f"{after:.1f} s after the last answer"
    report.check("load: caught up", after is not None, seen)
    report.check("load: customers' orders", counted_orders(http) == counted[0], f"{counted[0]:,} count")
    return time.monotonic() - started


def _batches(rows: Iterator[Row]) -> Iterator[list[dict[str, Any]]]:
    while batch := [payload(row) for row in islice(rows, BATCH)]:
        yield batch


def _post(product: Product, batch: list[dict[str, Any]], counted: list[int]) -> int:
    answer = post(product.access.http, batch, timeout=120)
    answer.raise_for_status()
    counted[0] += sum(one["status"] not in UNCOUNTED for one in batch)
    return sum(row["status"] == 201 for row in answer.json()["data"])


def _orders_in_statistics(product: Product) -> int:
    answer = product.access.http.get("/api/reports/statistics")
    return int(answer.json()["data"]["orders"]) if answer.status_code == 200 else -1


def _rebuild(report: Report, product: Product, url: str, *, orders: int, checkout: Path) -> None:
    """Drops every table but the two of the truth, then runs the commands that make and verify them."""
    client = client_of(url)
    for table in client.list_tables()["TableNames"]:
        if table not in (CONTACTS, ORDERS):
            client.delete_table(TableName=table)
    product.access.manage("provision_tables").check_returncode()
    for command in ("rebuild_read_models", "verify_read_models"):
        done = product.access.measured("manage.py", command)
        speed = f"{done.seconds:.1f} s = {orders / done.seconds:.0f} orders a second"
        report.figure(command, f"{speed}, {done.cpu_seconds:.1f} s of Python, {done.peak_mb:.0f} MB")
        if command == "rebuild_read_models":
            rows = {name: count for name, count in rows_in(url).items() if name not in (CONTACTS, ORDERS)}
            _report_share(report, "rebuild", done.seconds, rows, url=url, checkout=checkout)
        else:
            last = done.output.strip().splitlines()[-1]
            report.check("verify after the rebuild", last == "0 differences", last)


def _report_share(report: Report, what: str, seconds: float, rows: dict[str, int], *, url: str, checkout: Path) -> None:
    bare = bare_seconds(url, rows, checkout=checkout, a_call=BATCH, threads=3)
    seen = f"{sum(rows.values()):,} rows: {bare:.1f} s of {seconds:.1f} s = {100 * bare / seconds:.0f} %"
    report.figure(f"{what}: share of the bare engine", seen)


def _groups(product: Product, url: str) -> Groups:
    groups = {name: product.parts.named(name) for name in PARTS}
    return groups | {"engine": listening_on(urlsplit(url).port or 0)}


def _report_peaks(report: Report, groups: Groups) -> None:
    seen = " · ".join(f"{name} {'+'.join(map(str, peaks))}" for name, peaks in peak_megabytes(groups).items())
    report.figure("largest memory of each process, MB", seen)


def _at_rest(report: Report, groups: Groups, what: str) -> None:
    time.sleep(REST_SECONDS)
    found = megabytes_now(groups)
    processes, total = (sum(column) for column in zip(*found.values(), strict=True))
    parts = " · ".join(f"{name} {count}: {size}" for name, (count, size) in found.items())
    report.figure(f"{what}: processes, MB", f"{processes} processes, {total} MB ({parts})")
