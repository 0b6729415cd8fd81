"""The requests that come most often take no more CPU than budgeted, in yardsticks: the time of a fixed piece of Python
that is measured in turn with them, so that it does not matter how fast the machine is."""

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from itertools import cycle
from typing import Any

import httpx
import pytest
from django.test import RequestFactory

from bench.comparing.cases import Orders
from bench.payloads import IMPORT
from bench.sizes.endpoints import endpoints
from packprod.wsgi import application
from tests.budgets.conftest import TODAY, without_coverage
from tests.budgets.table import keep_to_budgets

CPU = "CPU"
ROUNDS = 60
HOTTEST = ("one customer", "orders", "customers by totalSpend", "overview, 365 days")
POST = "POST, known e-mail"
Send = Callable[[], None]


def yardstick() -> None:
    """About a millisecond of what a web process does: dicts, exact numbers, sorting, text."""
    rows: list[dict[str, Any]] = [
        {"id": f"order-{number * 7919 % 400}", "total": Decimal(number) / 4} for number in range(400)
    ]
    rows.sort(key=lambda row: row["id"])
    assert len(json.loads(json.dumps(rows, default=str))) == len(rows)


@pytest.fixture
def requests(http: httpx.Client, key: str) -> dict[str, Send]:
    """The hottest requests, by name; each call sends the next one straight to the application, no client in between."""
    make, headers = RequestFactory(), {"Authorization": f"Token {key}"}

    def sending(environs: Iterator[dict[str, Any]]) -> Send:
        return lambda: send(next(environs))

    found = {one.name: one.requests for one in endpoints(http, today=TODAY)}
    reads = {
        name: sending(cycle([make.get(path, params, headers=headers).environ for path, params in found[name]]))
        for name in HOTTEST
    }
    orders = Orders(http)
    bodies = (
        make.post(IMPORT, json.dumps(orders.known()), content_type="application/json", headers=headers).environ
        for _ in cycle([0])
    )
    return reads | {POST: sending(bodies)}


def send(environ: dict[str, Any]) -> None:
    """One request through the whole application, to the last byte of its answer."""
    statuses: list[str] = []

    def start_response(status: str, headers: Any, failure: Any = None, /) -> Callable[[bytes], None]:
        statuses.append(status)
        return lambda chunk: None

    body = environ["wsgi.input"] if environ["REQUEST_METHOD"] == "POST" else BytesIO()
    answer: Any = application({**environ, "wsgi.input": body}, start_response)
    size = sum(map(len, answer))
    answer.close()
    assert size, statuses
    assert statuses[0][0] == "2", statuses


def cpu_seconds(work: Send) -> float:
    """What it takes of this process's CPU."""
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.fixture
def in_yardsticks(requests: dict[str, Send]) -> dict[str, float]:
    """The CPU of each request. The fastest tenth counts: the rest says how busy the machine is."""
    works: dict[str, Send] = {"": yardstick, **requests}
    seconds: dict[str, list[float]] = {name: [] for name in works}
    with without_coverage():
        gc.collect()
        gc.freeze()  # what the session has made so far would be looked through again and again
        for _ in range(ROUNDS):
            for name, work in works.items():
                seconds[name].append(cpu_seconds(work))
        gc.unfreeze()
    fastest = {name: statistics.quantiles(some, n=10)[0] for name, some in seconds.items()}
    unit = fastest.pop("")
    return {name: one / unit for name, one in fastest.items()}


def test_the_hottest_requests_keep_to_their_budgets(in_yardsticks: dict[str, float]) -> None:
    keep_to_budgets(CPU, {name: {"yardsticks": one} for name, one in in_yardsticks.items()})
