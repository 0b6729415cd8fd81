"""Measures one size: fills an engine with a shop, builds the read models, and sends each endpoint many requests."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bench.loading import load
from bench.memory_engine import await_caught_up, product_in_memory
from bench.product import Product
from bench.report import percentile
from bench.shop_data import Shop
from bench.sizes.endpoints import Endpoint, endpoints

REQUESTS = 100
WARM_UP = 5


@dataclass(slots=True)
class EndpointTimes:
    """The seconds of each request to one endpoint, and the engine's calls, items and bytes per request (medians)."""

    seconds: list[float] = field(default_factory=list)
    calls: float = 0
    items: float = 0
    bytes: float = 0

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return percentile(self.seconds, 0.5) * 1000

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds."""
        return percentile(self.seconds, 0.99) * 1000


@dataclass(slots=True)
class Size:
    """What was measured with this many stored orders. `original` has the seconds of each original way, by name."""

    orders: int
    customers: int = 0
    products: int = 0
    load_seconds: float = 0
    commands: dict[str, str] = field(default_factory=dict)
    differences: str = ""
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    times: dict[str, EndpointTimes] = field(default_factory=dict)
    original: dict[str, float] = field(default_factory=dict)


def measure(orders: int, *, today: date, checkout: Path, finally_do: Callable[[Product], None] | None = None) -> Size:
    """Loads orders, builds and verifies the read models, then starts the product and measures every endpoint.

    `finally_do` is called with the running product at the end.
    """
    with product_in_memory(checkout=checkout) as (product, url):
        shop = Shop(orders=orders, today=today)
        size = Size(orders, customers=len(shop.customers), products=len(shop.articles))
        _fill(size, product, shop, url=url)
        product.start()
        try:
            _measure_all(size, product, today=today)
            if finally_do:
                finally_do(product)
        finally:
            product.stop()
    return size


def _fill(size: Size, product: Product, shop: Shop, *, url: str) -> None:
    started = time.monotonic()
    load(shop.orders(), shop.contacts(), url=url)
    size.load_seconds = time.monotonic() - started
    for command in ("rebuild_read_models", "verify_read_models"):
        done = product.access.measured("manage.py", command)
        size.commands[command] = f"{done.seconds:.0f} s, {done.cpu_seconds:.0f} s of Python, {done.peak_mb:.0f} MB"
        size.differences = done.output.strip().splitlines()[-1]


def _measure_all(size: Size, product: Product, *, today: date) -> None:
    started = time.monotonic()
    await_caught_up(product)
    size.commands["stream read again"] = f"{time.monotonic() - started:.0f} s"
    size.endpoints = {one.name: one for one in endpoints(product.access.http, today=today)}
    for number, endpoint in enumerate(size.endpoints.values()):
        size.times[endpoint.name] = _request(endpoint, product, mark=f"sizes-{size.orders}-{number}")
    _count(size, product.log)
    code = size.endpoints["orders of a product"].requests[0][0].split("/")[3]
    done = product.access.measured("-m", "bench.sizes.original_way", code, DJANGO_SETTINGS_MODULE="packprod.settings")
    size.original = json.loads(done.output.strip().splitlines()[-1])


def _request(endpoint: Endpoint, product: Product, *, mark: str) -> EndpointTimes:
    found = EndpointTimes()
    for turn in range(WARM_UP + REQUESTS):
        path, params = endpoint.requests[turn % len(endpoint.requests)]
        started = time.perf_counter()
        response = product.access.http.get(path, params=params, headers={"X-Request-ID": f"{mark}-{turn}"})
        if turn >= WARM_UP:
            found.seconds.append(time.perf_counter() - started)
        response.raise_for_status()
    return found


def _count(size: Size, log: Path) -> None:
    """Reads what the requests cost in the engine from the product's own log."""
    costs: dict[str, list[dict[str, Any]]] = {}
    for line in log.read_text(errors="replace").splitlines():
        start = line.find("{")
        if start >= 0 and f'"sizes-{size.orders}-' in line and "Request answered" in line:
            said = json.loads(line[start:])
            costs.setdefault(said["request_id"].split("-")[2], []).append(said)
    for number, times in enumerate(size.times.values()):
        lines = costs[str(number)]
        times.calls, times.items, times.bytes = (
            statistics.median(one[f"engine_{name}"] for one in lines) for name in ("calls", "items", "bytes")
        )
