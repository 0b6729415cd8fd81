"""Every admin page at several numbers of stored orders: the time of a page must not depend on that number.

Each page of the menu, and for each list the page of its first row, is opened in Chromium and then requested many times.
"""

import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.gallery import chromium_path, menu_pages, sign_in
from bench.memory_engine import filled_product
from bench.product import Product
from bench.report import Report, percentile

REQUESTS, WARM_UP = 30, 3
ROOM = 1.3
LOGIN = ("bench", "correct horse battery staple")


@dataclass(slots=True)
class PageTimes:
    """The seconds of each request for one page, and the engine's calls and items per request (medians)."""

    seconds: list[float] = field(default_factory=list)
    calls: float = 0
    items: float = 0

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return percentile(self.seconds, 0.5) * 1000


def run(report: Report, *, checkout: Path, sizes: Sequence[int]) -> None:
    """From the smallest to the largest size; the checks compare those two."""
    measured = [_measure(orders, report, checkout=checkout) for orders in sorted(sizes)]
    first, last = measured[0], measured[-1]
    for name in last:
        if name not in first:
            continue
        times = " · ".join(f"{one[name].p50:.0f}" for one in measured)
        report.figure(f"{name}: p50", f"{times} ms, × {last[name].p50 / first[name].p50:.2f}")
        costs = " · ".join(f"{one[name].calls:.0f}, {one[name].items:.0f}" for one in measured)
        report.check(f"{name}: engine calls do not grow", last[name].calls <= first[name].calls * ROOM + 1, costs)


def _measure(orders: int, report: Report, *, checkout: Path) -> dict[str, PageTimes]:
    print(f"… staff: {orders:,} orders", file=sys.stderr, flush=True)
    with filled_product(orders, today=datetime.now(UTC).date(), checkout=checkout) as (product, _):
        return _every_page(product, report, orders=orders)


def _every_page(product: Product, report: Report, *, orders: int) -> dict[str, PageTimes]:
    name, password = LOGIN
    about = ("--noinput", "--username", name, "--email", "bench@example.com")
    product.access.measured("manage.py", "createsuperuser", *about, DJANGO_SUPERUSER_PASSWORD=password)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        context = chromium.new_context(base_url=product.base_url, viewport={"width": 1440, "height": 900})
        sign_in(context, *LOGIN)
        pages = {one.name: one.address for one in menu_pages(context.new_page())}
        faults = [fault for address in pages.values() for fault in _faults(context, address)]
        report.check(f"{orders:,} orders: {len(pages)} pages open in Chromium without a fault", not faults, faults[:3])
        cookies = {str(one["name"]): str(one["value"]) for one in context.cookies()}
        chromium.close()
    client = product.access.client()
    client.cookies.update(cookies)
    marks = [(name, address, f"staff-{orders}-{at}") for at, (name, address) in enumerate(pages.items())]
    found = {name: PageTimes(_request(client, address, mark=mark)) for name, address, mark in marks}
    _count(product.log, {mark: found[name] for name, _, mark in marks})
    return found


def _faults(context: BrowserContext, address: str) -> list[str]:
    """The errors of a page that a browser's console would show, and any status but 200."""
    page, faults = context.new_page(), list[str]()
    _listen(page, faults)
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        faults.append(f"{urlsplit(address).path}: {answer and answer.status}")
    page.close()
    return faults


def _listen(page: Page, faults: list[str]) -> None:
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))


def _request(client: httpx.Client, address: str, *, mark: str) -> list[float]:
    seconds: list[float] = []
    for turn in range(WARM_UP + REQUESTS):
        started = time.perf_counter()
        client.get(address, headers={"X-Request-ID": f"{mark}-{turn}"}, follow_redirects=True).raise_for_status()
        seconds.append(time.perf_counter() - started)
    return seconds[WARM_UP:]


def _count(log: Path, pages: dict[str, PageTimes]) -> None:
    """Reads what the requests cost in the engine from the product's own log."""
    costs: dict[str, list[dict[str, float]]] = {mark: [] for mark in pages}
    for line in log.read_text(errors="replace").splitlines():
        if line.startswith("{") and '"staff-' in line and "Request answered" in line:
            said = json.loads(line)
            costs[said["request_id"].rpartition("-")[0]].append(said)
    for mark, page in pages.items():
        page.calls, page.items = (
            statistics.median(one[f"engine_{name}"] for one in costs[mark]) for name in ("calls", "items")
        )
