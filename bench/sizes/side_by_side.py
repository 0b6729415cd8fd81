"""Compares two checkouts: one product of each over an engine of its own, with the same shop in it, requests in turn.

Both run at the same time and their requests alternate, so that whatever else the machine does slows both alike.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.loading import load
from bench.memory_engine import product_in_memory
from bench.product import Product
from bench.shop_data import Shop
from bench.sizes.endpoints import Endpoint, endpoints
from bench.sizes.measuring import HOUR, REQUESTS, WARM_UP, EndpointTimes


@dataclass(frozen=True, slots=True)
class Compared:
    """The times of one endpoint in the other checkout (`before`) and in this one (`after`)."""

    before: EndpointTimes
    after: EndpointTimes

    @property
    def ratio(self) -> float:
        """The median after, as a multiple of the median before."""
        return self.after.p50 / self.before.p50


def compare(orders: int, *, today: date, before: Path, after: Path) -> dict[str, Compared]:
    """Measures every endpoint that both checkouts have, by its name, with this many stored orders."""
    with ExitStack() as running:
        products = [running.enter_context(_filled(checkout, orders, today=today)) for checkout in (before, after)]
        found = [{one.name: one for one in endpoints(product.access.http, today=today)} for product in products]
        return {name: _in_turn(products, [one[name] for one in found]) for name in found[1] if name in found[0]}


@contextmanager
def _filled(checkout: Path, orders: int, *, today: date) -> Iterator[Product]:
    """A running product with a shop in it, whose stream has been read to its end."""
    with product_in_memory(checkout=checkout) as (product, url):
        shop = Shop(orders=orders, today=today)
        load(shop.orders(), shop.contacts(), url=url)
        product.access.measured("manage.py", "rebuild_read_models")
        product.start()
        try:
            product.access.manage("await_caught_up", "--timeout", str(int(HOUR)), timeout=HOUR).check_returncode()
            yield product
        finally:
            product.stop()


def _in_turn(products: list[Product], pair: list[Endpoint]) -> Compared:
    """Sends the endpoint's requests to both products; which of them is first alternates, too."""
    times = [EndpointTimes(), EndpointTimes()]
    for turn in range(WARM_UP + REQUESTS):
        for which in (0, 1) if turn % 2 else (1, 0):
            path, params = pair[which].requests[turn % len(pair[which].requests)]
            started = time.perf_counter()
            response = products[which].access.http.get(path, params=params)
            if turn >= WARM_UP:
                times[which].seconds.append(time.perf_counter() - started)
            response.raise_for_status()
    return Compared(before=times[0], after=times[1])
