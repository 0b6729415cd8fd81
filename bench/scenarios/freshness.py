"""From a POST to the figures, over many stored orders, with a best-seller in each: idle, at a rate, at full speed.

What an order costs must not depend on how many are stored, so the CPU of each part is counted by order, too.
"""

import json
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.bare_engine import added, bare_seconds, rows_in
from bench.comparing.cases import Orders, post
from bench.following import Figures, watching
from bench.memory_engine import await_caught_up, filled_product
from bench.processes import Groups, cpu_seconds, listening_on
from bench.product import Product
from bench.report import Report
from bench.sender import Sender
from bench.waiting import seconds_until
from bench.wire import Connection

PARTS = ("web", "worker", "consumer", "redis")
GIVE_UP, LONG = 30.0, 900.0
RATE = 20
THREADS = 8
WATCHERS = 8
IDLE_SECONDS = 5
EACH_WATCHED = 10  # at a steady rate, every tenth order's customer is watched, as looking costs time, too


@dataclass(frozen=True, slots=True)
class Running:
    """A product with its shop, and what is needed to send and to look."""

    product: Product
    engine_url: str
    orders: Orders
    figures: Figures
    best_seller: str
    groups: Groups


def run(report: Report, *, checkout: Path, sizes: Sequence[int], orders: int, seconds: int) -> None:
    """At each size: `orders` orders one by one, RATE a second for that many seconds, and at full speed."""
    for size in sorted(sizes):
        print(f"… freshness: {size:,} orders", file=sys.stderr, flush=True)
        report.scenario = f"freshness {size:,}"
        with filled_product(size, today=datetime.now(UTC).date(), checkout=checkout) as (product, url):
            running = _running(product, url)
            one_by_one(running, report, orders=orders)
            await_caught_up(product)  # or the counts before what follows would lack an order
            at_a_rate(running, report, seconds=seconds)
            await_caught_up(product)
            at_full_speed(running, report, orders=4 * orders, checkout=checkout)


def _running(product: Product, url: str) -> Running:
    http = product.access.http
    code = http.get("/api/products", params={"sort": "orders"}).json()["data"][0]["productCode"]
    groups = {name: product.parts.named(name) for name in PARTS}
    groups["engine"] = listening_on(urlsplit(url).port or 0)
    return Running(product, url, Orders(http), Figures(http, code), code, groups)


def one_by_one(running: Running, report: Report, *, orders: int) -> None:
    """Nothing else happens: the time of the POST, and until the customer's and the best-seller's figures follow."""
    posts: dict[str, list[float]] = {"known": [], "unknown": []}
    customer, best_seller = list[float](), list[float]()
    for number in range(orders + orders // 4):
        is_known = number % 5 != 4
        body = running.orders.known() if is_known else running.orders.unknown()
        found = _follow(running, body)
        posts["known" if is_known else "unknown"].append(found[0])
        customer += [] if found[1] is None else [found[1]]
        best_seller += [] if found[2] is None else [found[2]]
        time.sleep(0.2)
    lost = 2 * (orders + orders // 4) - len(customer) - len(best_seller)
    report.check(f"idle: visible within {GIVE_UP:.0f} s", lost == 0, f"{lost} were not")
    report.times("idle: POST, known e-mail", posts["known"])
    report.times("idle: POST, unknown e-mail", posts["unknown"])
    report.times("idle: POST to the customer's figures", customer)
    report.times("idle: POST to the best-seller's figures", best_seller)


def _follow(running: Running, body: dict[str, Any]) -> tuple[float, float | None, float | None]:
    """The seconds of a POST, and from its start until the customer's and the best-seller's figures have followed."""
    figures, before = running.figures, running.figures.of_product()
    headers = {"Authorization": running.product.access.http.headers["Authorization"]}
    with closing(Connection(int(running.product.settings["PORT"]))) as connection:
        started = time.monotonic()
        answer = connection.send(post(body, headers))
        posted = time.monotonic() - started
    said = json.loads(answer.body)["data"]
    seen: dict[str, float] = {}

    def both() -> bool:
        if "customer" not in seen and _last_reference(running, said["contactID"]) == body["orderReference"]:
            seen["customer"] = time.monotonic() - started
        if "product" not in seen and figures.of_product() > before:
            seen["product"] = time.monotonic() - started
        return len(seen) == 2

    seconds_until(both, within=GIVE_UP, every=0.004)
    return posted, seen.get("customer"), seen.get("product")


def _last_reference(running: Running, contact_id: str) -> str:
    answer = running.product.access.http.get(f"/api/customers/{contact_id}")
    return str(answer.json()["data"]["lastOrderReference"]) if answer.status_code == 200 else ""


def at_a_rate(running: Running, report: Report, *, seconds: int) -> None:
    """RATE orders a second for that long: until the best-seller's figures follow, and customers' of every tenth."""
    figures, count = running.figures, RATE * seconds
    expected = tuple(one + count for one in figures.counts())
    steady, address = _Steady(running, count), f"/api/products/{running.best_seller}"
    with (
        watching(running.product, address, lambda data: int(data["orders"])) as watched,
        ThreadPoolExecutor(WATCHERS) as watchers,
    ):
        took = steady.send(watchers)
        after = figures.seconds_until_caught_up((expected[0], expected[1]), within=LONG, every=0.05)
    visible = [watched.first(expected[1] - count + number + 1) for number in range(count)]
    delays = [seen - at for seen, at in zip(visible, sorted(steady.starts), strict=True) if seen is not None]
    what = f"{RATE} a second for {seconds} s"
    steady.report(report, what, took=took)
    report.times(f"{what}: POST to the best-seller's figures", delays)
    report.check(
        f"{what}: caught up after the end", after is not None, f"{after:.2f} s" if after is not None else "never"
    )


class _Steady:
    """So many orders at RATE a second, and for every tenth how long its customer's figures take to follow."""

    def __init__(self, running: Running, count: int) -> None:
        self._running = running
        self._bodies = [running.orders.known() for _ in range(count)]
        self._numbers = {body["orderReference"]: number for number, body in enumerate(self._bodies)}
        self._gate, self._sender = threading.Semaphore(2), Sender(running.product.access.http)
        self.starts, self._answered, self._customers = [0.0] * count, [0.0] * count, list[float]()

    def send(self, watchers: Executor) -> float:
        """Sends all of them; returns the seconds that this took."""
        with ThreadPoolExecutor(THREADS) as senders:
            begun = time.monotonic()
            for number in range(len(self._bodies)):
                time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
                senders.submit(self._send_one, number, watchers)
        return time.monotonic() - begun

    def report(self, report: Report, what: str, *, took: float) -> None:
        """What was sent and answered, and when the customers' figures followed."""
        _report_sender(report, what, self._sender)
        count, posts = len(self._bodies), zip(self.starts, self._answered, strict=True)
        report.figure(f"{what}: sent", f"{count} in {took:.1f} s = {count / took:.1f} a second")
        report.times(f"{what}: POST", [end - start for start, end in posts])
        report.times(f"{what}: POST to the customer's figures", self._customers)

    def _send_one(self, number: int, watchers: Executor) -> None:
        body, self.starts[number] = self._bodies[number], time.monotonic()
        self._sender.send_all([body], threads=1)
        self._answered[number] = time.monotonic()
        acknowledged = self._sender.acknowledged.get(body["orderReference"])
        if acknowledged and number % EACH_WATCHED == 0:
            watchers.submit(self._await_customer, number, acknowledged["contactID"])

    def _await_customer(self, number: int, contact_id: str) -> None:
        def follows() -> bool:
            return self._numbers.get(_last_reference(self._running, contact_id), -1) >= number  # perhaps a later one

        with self._gate:
            if seconds_until(follows, within=GIVE_UP, every=0.04) is not None:
                self._customers.append(time.monotonic() - self.starts[number])


def at_full_speed(running: Running, report: Report, *, orders: int, checkout: Path) -> None:
    """THREADS post single orders without a pause; the rate counts the time until the figures have caught up."""
    before = rows_in(running.engine_url)
    counts = running.figures.counts()
    idle = _cpu_while(running, lambda: time.sleep(IDLE_SECONDS))
    bodies = [running.orders.known() for _ in range(orders)]
    spent, sender = dict[str, float](), Sender(running.product.access.http)

    def post_all() -> None:
        started = time.monotonic()
        sender.send_all(bodies, threads=THREADS)
        spent["post"] = time.monotonic() - started
        caught_up = running.figures.seconds_until_caught_up(
            (counts[0] + orders, counts[1] + orders), within=LONG, every=0.25
        )
        spent["all"] = time.monotonic() - started if caught_up is not None else float("inf")

    used = _cpu_while(running, post_all)
    what = f"{orders} by {THREADS} threads"
    _report_sender(report, what, sender)
    posted = f"{orders / spent['post']:.1f} a second, with the catching up {orders / spent['all']:.1f}"
    report.figure(f"{what}: sustained", posted)
    by_order = {
        name: (seconds - idle[name] * spent["all"] / IDLE_SECONDS) * 1000 / orders for name, seconds in used.items()
    }
    seen = " · ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in by_order.items())
    report.figure(f"{what}: CPU ms an order", seen)
    new = added(before, rows_in(running.engine_url))
    rows = sum(new.values())
    report.figure(f"{what}: new rows an order", f"{rows / orders:.1f}")
    each = max(1, round(rows / orders))
    bare = bare_seconds(running.engine_url, new, checkout=checkout, a_call=each, threads=THREADS)
    share = f"{bare:.1f} s of {spent['all']:.1f} s = {100 * bare / spent['all']:.0f} %"
    report.figure(f"{what}: share of the bare engine", share)


def _report_sender(report: Report, what: str, sender: Sender) -> None:
    seen = f"{len(sender.acknowledged)}, {sender.retries} attempts repeated"
    report.check(f"{what}: every order acknowledged", not sender.refused, seen)


def _cpu_while(running: Running, work: Any) -> dict[str, float]:
    """The CPU seconds of each part while `work` is done."""
    before = cpu_seconds(running.groups)
    work()
    return {name: seconds - before[name] for name, seconds in cpu_seconds(running.groups).items()}
