"""The figures behind the performance page: percentiles from a histogram, rates, errors, and since when."""

import math
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from packprod.errors import EngineUnavailable, NotFound
from packprod.observability import metrics
from packprod.observability import timing as events
from packprod.observability.timing import timed
from reports.performance.report import percentile, performance

pytestmark = pytest.mark.usefixtures("staff_site")


def test_percentiles_are_near_the_true_ones() -> None:
    seed = random.Random(4)
    times = sorted(seed.lognormvariate(-4, 0.8) for _ in range(5000))
    bounds = [*metrics._SECONDS, math.inf]
    buckets = {bound: float(sum(1 for time in times if time <= bound)) for bound in bounds}
    for wanted in (50, 90, 99):
        assert percentile(buckets, wanted) == pytest.approx(times[math.ceil(50 * wanted) - 1], rel=0.15)


def test_percentiles_at_the_edges() -> None:
    assert percentile({}, 50) is None
    assert percentile({0.1: 0.0, math.inf: 0.0}, 50) is None
    assert percentile({0.1: 0.0, math.inf: 3.0}, 50) == 0.1  # beyond the last bound nothing is known
    assert percentile({0.1: 4.0, math.inf: 4.0}, 50) == pytest.approx(0.05)


def test_an_operation_adds_up() -> None:
    operation = "readOfThisTest"
    for result in ("hit", "hit", "hit", "miss"):
        with timed(operation) as reading:
            reading.hit(items=1) if result == "hit" else reading.miss()
    for error in (NotFound("It is not there."), EngineUnavailable("It is away.")):
        with pytest.raises(type(error)), timed(operation):
            raise error
    events.slow_query(operation, ms=1500)
    (row,) = [one for one in performance().operations if one.name == operation]
    assert (row.requests, row.cache_hit_rate, row.errors, row.slow) == (6, 75, 1, 1)
    assert 0 < (row.p50 or 0) <= (row.p90 or 0) <= (row.p99 or 0)


SERVE = """
import os, sys
from packprod.observability import metrics
if os.fork() == 0:  # as gunicorn does after loading the application
    metrics.READ_SECONDS.labels("listOrders", "true").observe(0.004)
    metrics.HTTP_IN_PROGRESS.inc()
    os._exit(0)
pid, _ = os.wait()
metrics.process_ended(pid)
metrics.READ_SECONDS.labels("listOrders", "true").observe(0.004)
from reports.performance.report import performance
figures = performance()
(row,) = figures.operations
print(row.requests, figures.since.isoformat(), "in_progress 1" in metrics.exposition().decode())
"""


def test_processes_add_up_and_remember_the_first_start(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"), "PYTHONPATH": str(Path.cwd())}
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SERVE], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    (first, since, in_progress), (second, still_since, _) = (output.split() for output in outputs)
    assert (first, second) == ("2", "4")
    assert since == still_since
    assert before <= datetime.fromisoformat(since) <= datetime.now(UTC)
    assert in_progress == "False"
