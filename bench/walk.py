"""Reads all pages of a list while another thread writes as fast as it can."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bench.payloads import post
from bench.product import Product
from bench.reading import pages
from bench.report import Report
from bench.waiting import seconds_until

MAX_WRITES = 20_000
NextOrder = Callable[[int], dict[str, Any]]


class Walk:
    """All pages of one list, read while a writer is posting orders."""

    def __init__(self, product: Product, next_order: NextOrder, path: str, **params: Any) -> None:
        with _writer(product, next_order) as written:
            self.pages = list(pages(product.access.http, path, **params))
        self.writes = written[0]
        self.rows = [row for page in self.pages for row in page]

    def judge(self, report: Report, what: str, key: str, stays: set[str], in_order: bool) -> None:
        """Checks that no row came twice, none of `stays` is missing, the order was kept, and there were writes."""
        seen = Counter(row[key] for row in self.rows)
        twice = [one for one, times in seen.items() if times > 1]
        lost = stays - set(seen)
        fine = not twice and not lost and in_order and self.writes > 0
        value = f"{len(twice)} twice, {len(lost)} lost, in order: {in_order}"
        report.check(what, fine, f"{len(self.pages)} pages, {self.writes} writes: {value}")


def is_sorted(values: list[Any], direction: str) -> bool:
    """Whether the values are in order. Instants are compared as instants, as their texts may differ in fractions."""
    values = [datetime.fromisoformat(value) if _is_instant(value) else value for value in values]
    ordered = values if direction == "asc" else values[::-1]
    return all(left <= right for left, right in itertools.pairwise(ordered))


def _is_instant(value: Any) -> bool:
    return isinstance(value, str) and value.endswith("Z") and value[4:5] == "-"


@contextmanager
def _writer(product: Product, next_order: NextOrder) -> Iterator[list[int]]:
    """Runs a thread that posts orders as fast as it can; yields a list whose only item counts them."""
    stop, written = threading.Event(), [0]

    def write() -> None:
        for number in range(MAX_WRITES):
            if stop.is_set():
                return
            post(product.access.http, next_order(number))
            written[0] += 1

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        seconds_until(lambda: written[0] > 0, within=10)
        yield written
    finally:
        stop.set()
        thread.join(30)
