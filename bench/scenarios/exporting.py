"""Export of every order: its seconds, the memory of the web processes, and the times of other requests meanwhile.

For scale: django-oscar's report of 155,000 orders took 86 s (0.55 ms an order).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil

from bench.access import ORDERS
from bench.product import Product
from bench.reading import pages
from bench.report import Report

FEW = 1_000
MEGABYTE = 1_000_000
ALLOWED_GROWTH = 20 * MEGABYTE
SAMPLE_SECONDS = 0.02
SLOWEST = 900


@dataclass(frozen=True, slots=True)
class Download:
    """One export as its client sees it. `peak` is the memory of the largest web process meanwhile, in bytes."""

    rows: int
    size: int
    seconds: float
    first_byte: float
    peak: int


def run(product: Product, report: Report, *, orders: int = 5_000) -> None:
    """Loads `orders` unless there are as many, then exports 1,000 and all of them as CSV, and all as XLSX."""
    stored = _stored(product)
    if stored < orders:
        product.access.manage("load_demo", "--orders", str(orders), timeout=3600).check_returncode()
        stored = _stored(product)
    _warm_up(product)
    few = _download(product, {"format": "csv", "from": _instant_of_order(product, FEW)})
    whole = _download(product, {"format": "csv"})
    _report_download(report, f"CSV of {few.rows} orders", few)
    _report_download(report, f"CSV of all {whole.rows} orders", whole)
    report.check("every order is in the file", whole.rows == stored, f"{whole.rows} of {stored}")
    growth = whole.peak - few.peak
    report.check(
        "memory within 20 MB of an export of 1,000", growth < ALLOWED_GROWTH, f"{growth / MEGABYTE:+.1f} MB at most"
    )
    _report_download(
        report, f"CSV of all lines of {stored} orders", _download(product, {"format": "csv", "rows": "items"})
    )
    _report_download(report, f"XLSX of all {stored} orders", _download(product, {"format": "xlsx"}))
    _others(product, report)


def _report_download(report: Report, what: str, one: Download) -> None:
    speed = f"{one.rows / one.seconds:,.0f} rows/s" if one.rows else f"{one.size / MEGABYTE:.1f} MB"
    figures = f"{one.seconds:.2f} s, {speed}, first byte {one.first_byte:.2f} s, web {one.peak / MEGABYTE:.0f} MB"
    report.figure(what, figures)


def _download(product: Product, params: dict[str, str]) -> Download:
    """Reads a file without keeping it; `rows` is 0 for XLSX. Raises httpx.HTTPStatusError."""
    lines = size = 0
    started = first_byte = time.monotonic()
    with (
        _peak_of_web(product) as peak,
        product.access.http.stream("GET", "/api/orders", params=params, timeout=SLOWEST) as answer,
    ):
        answer.raise_for_status()
        for chunk in answer.iter_raw():
            first_byte = first_byte if size else time.monotonic()
            lines, size = lines + chunk.count(b"\n"), size + len(chunk)
    rows = lines - 1 if params["format"] == "csv" else 0
    return Download(rows, size, time.monotonic() - started, first_byte - started, peak())


@contextmanager
def _peak_of_web(product: Product) -> Iterator[Callable[[], int]]:
    """Watches the web processes; yields a function that returns the largest memory that one of them had."""
    watched, done, highest = product.parts.named("web"), threading.Event(), [0]

    def watch() -> None:
        while not done.wait(SAMPLE_SECONDS):
            with suppress(psutil.Error):
                highest[0] = max(highest[0], *(process.memory_info().rss for process in watched))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: highest[0]
    finally:
        done.set()
        thread.join(5)


def _others(product: Product, report: Report) -> None:
    """Times lists of customers without an export, and during two."""
    report.times("customers meanwhile: no export", _list_times(product, lambda number: number < 100))
    running = [threading.Thread(target=_download, args=(product, {"format": "csv"})) for _ in range(2)]
    for thread in running:
        thread.start()
    seconds = _list_times(product, lambda number: any(thread.is_alive() for thread in running))
    report.times("customers meanwhile: two exports", seconds)


def _list_times(product: Product, more: Callable[[int], bool]) -> list[float]:
    seconds: list[float] = []
    while more(len(seconds)):
        started = time.monotonic()
        product.access.http.get("/api/customers").raise_for_status()
        seconds.append(time.monotonic() - started)
    return seconds


def _warm_up(product: Product) -> None:
    """Makes each web process send a small file of each kind, before anything is measured."""
    for _ in range(10):
        for name in ("csv", "xlsx"):
            product.access.http.get("/api/orders", params={"format": name, "to": "2000-01-01"}).raise_for_status()


def _instant_of_order(product: Product, number: int) -> str:
    """createdAt of the number-th newest order, or of the oldest."""
    seen = 0
    for page in pages(product.access.http, "/api/orders", limit=200):
        seen += len(page)
        if seen >= number or not page:
            break
    return str(page[-1]["createdAt"])


def _stored(product: Product) -> int:
    """How many orders the engine holds."""
    table, count = product.access.table(ORDERS), 0
    start: dict[str, Any] = {}
    while True:
        page = table.scan(Select="COUNT", Limit=1000, **start)
        count += int(page["Count"])
        if "LastEvaluatedKey" not in page:
            return count
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
