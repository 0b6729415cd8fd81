"""Watches the figures follow the orders: whether all that was posted is in the reports yet, and when it got there."""

import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx

from bench.payloads import decoded
from bench.product import Product
from bench.waiting import seconds_until
from bench.wire import Connection, Request

EVERY = 0.04


class Figures:
    """The figures that must follow: all orders in the statistics, those of one product, those of customers."""

    def __init__(self, http: httpx.Client, code: str) -> None:
        self._http, self._code = http, code

    def counts(self) -> tuple[int, int]:
        """The orders of all time, and those of the product."""
        statistics = decoded(self._http.get("/api/reports/statistics"))["data"]["orders"]
        return int(statistics), self.of_product()

    def of_product(self) -> int:
        """The orders of the product."""
        return int(decoded(self._http.get(f"/api/products/{self._code}"))["data"]["orders"])

    def of_customer(self, contact_id: str) -> int:
        """The orders of a customer."""
        answer = self._http.get(f"/api/customers/{contact_id}")
        return int(decoded(answer)["data"]["orderCount"]) if answer.status_code == 200 else 0

    def seconds_until_caught_up(self, expected: tuple[int, int], *, within: float, every: float = 0.1) -> float | None:
        """Seconds until both counts are as expected; None if they are not within that time."""
        return seconds_until(lambda: self.counts() == expected, within=within, every=every)


class Watched:
    """A count that only grows, looked at every EVERY seconds: when it first was at least some number."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.counts: list[int] = []

    def saw(self, count: int) -> None:
        """Notes a count."""
        self.times.append(time.monotonic())
        self.counts.append(count)

    def first(self, count: int) -> float | None:
        """The monotonic time at which it was first seen to be at least `count`; None if it was not."""
        at = bisect_left(self.counts, count)
        return self.times[at] if at < len(self.counts) else None


@contextmanager
def watching(product: Product, path: str, count: Callable[[Any], int]) -> Iterator[Watched]:
    """Looks at an address in a thread of its own, until the block ends; `count` reads the number in its `data`."""
    watched, done = Watched(), threading.Event()
    request = Request("GET", path, {"Authorization": product.access.http.headers["Authorization"]})

    def look() -> None:
        with closing(Connection(int(product.settings["PORT"]))) as connection:
            while not done.wait(EVERY):
                answer = connection.send(request)
                if answer.status == 200:
                    watched.saw(count(httpx.Response(200, content=answer.body).json()["data"]))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield watched
    finally:
        done.set()
        thread.join(10)
