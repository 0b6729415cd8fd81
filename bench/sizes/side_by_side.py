"""Compares two checkouts: one product of each over an engine of its own, with the same shop in it, requests in turn.

Both run at the same time and their requests alternate, so that whatever else the machine does slows both alike.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.memory_engine import filled_product
from bench.product import Product
from bench.sizes.endpoints import Endpoint, endpoints
from bench.sizes.measuring import REQUESTS, WARM_UP, EndpointTimes


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
        filled = [filled_product(orders, today=today, checkout=checkout) for checkout in (before, after)]
        products = [running.enter_context(one)[0] for one in filled]
        found = [{one.name: one for one in endpoints(product.access.http, today=today)} for product in products]
        return {name: _in_turn(products, [one[name] for one in found]) for name in found[1] if name in found[0]}


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
