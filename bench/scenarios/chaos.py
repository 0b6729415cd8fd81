"""kill -9 of every part, again and again during a load: no acknowledged order lost, all figures right."""

import threading
import time
from decimal import Decimal
from typing import Any

import psutil
import redis

from bench.access import ORDERS
from bench.payloads import order, unique
from bench.product import Product
from bench.reading import rows
from bench.report import Report
from bench.scenarios.verifying import verified
from bench.sender import Sender
from bench.waiting import seconds_until

KINDS = ("consumer", "worker", "redis", "engine")
LOAD_SECONDS = 600


def run(product: Product, report: Report, *, orders: int = 2_000, times_each: int = 5) -> None:
    """Sends `orders` orders, and meanwhile kills each kind of part `times_each` times, evenly spread."""
    bodies = _orders(orders)
    sender, started = Sender(http=product.access.http), time.monotonic()
    load = threading.Thread(target=sender.send_all, args=(bodies,), daemon=True)
    load.start()
    strikes = [(kind, turn) for turn in range(times_each) for kind in KINDS]
    for number, (kind, turn) in enumerate(strikes, start=1):
        _wait_for(sender, load, acknowledged=orders * number // (len(strikes) + 1))
        _strike(product, report, kind=kind, turn=turn, during_load=load.is_alive())
    load.join(LOAD_SECONDS)
    report.figure("load", f"{orders} orders in {time.monotonic() - started:.1f} s, {sender.retries} repeats")
    _judge(product, report, sender=sender, bodies=bodies)


def _wait_for(sender: Sender, load: threading.Thread, *, acknowledged: int) -> None:
    def due() -> bool:
        return len(sender.acknowledged) >= acknowledged or not load.is_alive()

    seconds_until(due, within=LOAD_SECONDS, every=0.01)


def _orders(count: int) -> list[dict[str, Any]]:
    customers = [f"{unique('load.')}@example.com" for _ in range(max(1, count // 10))]
    return [order(email=customers[n % len(customers)], total=f"{10 + n % 7}.{n % 100:02d}") for n in range(count)]


def _strike(product: Product, report: Report, *, kind: str, turn: int, during_load: bool) -> None:
    before, victims = product.parts.named(kind), _victims(product, kind=kind, turn=turn)
    product.parts.kill(victims)
    back = product.parts.seconds_until_back(kind, without={process.pid for process in before})
    if kind == "redis":
        _flush(product)
    seen = f"{len(victims)} of {len(before)} killed, back after {'never' if back is None else f'{back:.1f} s'}"
    fine = bool(victims) and back is not None and during_load
    report.check(f"kill -9 {kind} #{turn + 1} during the load", fine, seen)


def _victims(product: Product, *, kind: str, turn: int) -> list[psutil.Process]:
    """The processes to kill: all of a part; of the workers, in turn, a main process, a pool child if any, or all."""
    everything, mains = product.parts.named(kind), product.parts.mains(kind)
    if kind != "worker" or turn % 3 == 2:
        return everything
    return mains[:1] if turn % 3 == 0 else (product.parts.children(kind) or mains)[-1:]


def _flush(product: Product) -> None:
    def flushed() -> bool:
        try:
            return bool(product.access.redis().flushall())
        except redis.RedisError:
            return False

    seconds_until(flushed, within=20, every=0.1)


def _judge(product: Product, report: Report, *, sender: Sender, bodies: list[dict[str, Any]]) -> None:
    refused = f"{len(sender.refused)} {sender.refused[:2] or ''}"
    report.check("orders refused or given up", not sender.refused, refused.strip())
    verified(product, report)
    stored = {row["orderReference"] for row in product.access.scan(ORDERS) if "orderReference" in row}
    lost = set(sender.acknowledged) - stored
    report.check("acknowledged orders lost", not lost, f"{len(lost)} of {len(sender.acknowledged)}")
    wrong = _wrong_customers(product, sender=sender, bodies=bodies)
    report.check("customers with wrong orderCount or totalSpend", not wrong, f"{len(wrong)} {wrong[:2] or ''}".strip())


def _wrong_customers(product: Product, *, sender: Sender, bodies: list[dict[str, Any]]) -> list[str]:
    expected: dict[str, tuple[int, Decimal]] = {}
    for body in bodies:
        if body["orderReference"] in sender.acknowledged:
            contact = sender.acknowledged[body["orderReference"]]["contactID"]
            count, total = expected.get(contact, (0, Decimal(0)))
            expected[contact] = (count + 1, total + Decimal(body["total"]))
    seen = {
        row["contactID"]: (row["orderCount"], Decimal(row["totalSpend"]))
        for row in rows(product.access.http, "/api/customers")
    }
    return [
        f"{contact}: {seen.get(contact)}, expected {pair}"
        for contact, pair in expected.items()
        if seen.get(contact) != pair
    ]
