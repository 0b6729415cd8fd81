"""An import, a change of status and the work that follows them send the engine no more than budgeted."""

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from statistics import median
from typing import Any

import httpx
import pytest

from bench.comparing.cases import Orders, imports
from bench.payloads import IMPORT
from packprod.dates import utc_now
from packprod.readmodels.stream.consumer import Consumer
from packprod.readmodels.stream.sweep import dirty_buckets
from packprod.readmodels.summary import summarise_upward
from tests.budgets.table import Row, keep_to_budgets
from tests.engine_calls import EngineWork

WRITES = "Writes"
KINDS = ("POST, known e-mail", "POST, unknown e-mail", "POST, array of 20", "POST, repeated", "PATCH of a status")
TIMES = 5  # of each kind; the median counts, as now and then a process looks something up again
Parts = dict[str, Row]


@pytest.fixture
def changes(http: httpx.Client) -> dict[str, Callable[[], httpx.Response]]:
    """The requests that write, by name; each call of one sends another."""
    orders = Orders(http)
    bodies = {name: [body] for name, body in islice(imports(orders), 3)}  # these warm up
    for name, body in islice(imports(orders), 3 * TIMES):
        bodies[name].append(body)
    repeated, to_change = orders.known(), orders.known()
    order_id = http.post(IMPORT, json=to_change).json()["data"]["orderID"]
    http.post(IMPORT, json=repeated)
    statuses = cycle(("processing", "shipped"))

    def post(name: str) -> Callable[[], httpx.Response]:
        return lambda: http.post(IMPORT, json=bodies[name].pop())

    return {
        **{name: post(name) for name in bodies},
        "POST, repeated": lambda: http.post(IMPORT, json=repeated),
        "PATCH of a status": lambda: http.patch(f"/api/orders/{order_id}", json={"status": next(statuses)}),
    }


@pytest.fixture
def consumer(shop: None) -> Iterator[Consumer]:
    """A consumer that wakes nobody: the test does the workers' work."""
    made = Consumer(owner="budgets", clock=utc_now, send=lambda ids: None, paced=False)
    yield made
    made.close()


@pytest.fixture
def cost(consumer: Consumer, engine_work: EngineWork) -> Callable[[Callable[[], httpx.Response]], Parts]:
    """What a change costs: the request, then the consumer, then the workers."""

    def taken() -> Row:
        row = {"calls": float(engine_work.calls.total()), "writes": float(engine_work.writes)}
        engine_work.clear()
        return row

    def of_change(change: Callable[[], Any]) -> Parts:
        engine_work.clear()
        answer = change()
        assert answer.status_code < 300, answer.text[:300]
        parts = {"": taken()}
        while consumer.step():
            pass
        parts[": consumer"] = taken()
        due = list(dirty_buckets(now=utc_now()))
        engine_work.clear()
        summarise_upward(due, now=utc_now())
        parts[": workers"] = taken()
        return parts

    return of_change


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_keeps_to_its_budget(
    kind: str,
    changes: dict[str, Callable[[], httpx.Response]],
    cost: Callable[[Callable[[], httpx.Response]], Parts],
) -> None:
    cost(changes[kind])  # what was posted before, and what a process does once
    seen = [cost(changes[kind]) for _ in range(TIMES)]
    middle = {part: {what: median(one[part][what] for one in seen) for what in seen[0][part]} for part in seen[0]}
    keep_to_budgets(WRITES, {f"{kind}{part}": row for part, row in middle.items()})
