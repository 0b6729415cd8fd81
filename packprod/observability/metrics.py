"""The Prometheus metrics, added up over all processes.

Web workers, Celery workers and the stream consumer are separate processes. If PROMETHEUS_MULTIPROC_DIR is set before
they start (under `make run` it is PACKPROD_DATA_DIR/run/metrics, emptied at each start), each writes its figures to
files there, and `/metrics` of any web worker adds them up. Without it, each process shows only its own.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from packprod.observability.request_context import EngineUsage

DIRECTORY = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
_STARTED = time.time()
_SINCE_MARK = Path(DIRECTORY) / "since"
if DIRECTORY:  # before the import below: the library decides for files when it is imported
    Path(DIRECTORY).mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        _SINCE_MARK.touch(exist_ok=False)

from prometheus_client import (  # noqa: E402 - after the folder is made, see above
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import (  # noqa: E402 - after the folder is made, see above
    MultiProcessCollector,
    mark_process_dead,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Narrow steps where answers usually lie, so that a percentile read from them is near the true one.
_SECONDS = (
    *(0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5),
    *(0.75, 1.0, 1.5, 2.5, 5.0, 10.0),
)

HTTP_REQUESTS = Counter("packprod_http_requests_total", "Requests answered.", ["method", "route", "status"])
HTTP_SECONDS = Histogram(
    "packprod_http_request_seconds", "Time from a request's arrival to its answer.", ["method", "route"],
    buckets=_SECONDS,
)  # fmt: skip
HTTP_IN_PROGRESS = Gauge(
    "packprod_http_requests_in_progress", "Requests being answered now.", multiprocess_mode="livesum"
)
ENGINE_CALLS = Counter("packprod_engine_calls_total", "Calls to the engine by requests.", ["method", "route"])
ENGINE_ITEMS = Counter("packprod_engine_items_total", "Items read from the engine.", ["method", "route"])
ENGINE_BYTES = Counter("packprod_engine_bytes_total", "Bytes received from the engine.", ["method", "route"])
CACHE_READS = Counter("packprod_cache_reads_total", "Reads by result: hit or miss.", ["operation", "result"])
READ_SECONDS = Histogram("packprod_read_seconds", "Time a read took.", ["operation", "from_cache"], buckets=_SECONDS)
SLOW_QUERIES = Counter("packprod_slow_queries_total", "Reads over PACKPROD_SLOW_QUERY_MS.", ["operation"])
READ_ERRORS = Counter("packprod_read_errors_total", "Reads that failed, the engine away or a bug.", ["operation"])
EXPORTS = Counter("packprod_exports_total", "Exports by outcome.", ["export", "format", "outcome"])
RECALCULATIONS = Counter(
    "packprod_metrics_recalculations_total", "Summaries recomputed: of a customer, a product or a day."
)
CACHE_UPDATES = Counter("packprod_cache_updates_total", "Summaries written.")
SHARD_FAILURES = Counter("packprod_shard_failures_total", "Failed attempts to read a shard of a stream.")
CACHE_ROWS_MENDED = Counter(
    "packprod_cache_rows_mended_total",
    "Cache rows that somebody else had written, mended.",
)
PROCESSED = Counter("packprod_metrics_processed_total", "Summaries handled by metric runs.")


class _Figures(NamedTuple):
    """The figures of requests with the same method, route and status: to look each up by its labels costs more than to
    count."""

    requests: Counter
    seconds: Histogram
    calls: Counter
    items: Counter
    bytes: Counter


@cache
def _figures(method: str, route: str, status: int) -> _Figures:
    return _Figures(
        HTTP_REQUESTS.labels(method, route, status),
        HTTP_SECONDS.labels(method, route),
        ENGINE_CALLS.labels(method, route),
        ENGINE_ITEMS.labels(method, route),
        ENGINE_BYTES.labels(method, route),
    )


def request_answered(method: str, route: str, status: int, *, seconds: float, engine: EngineUsage) -> None:
    """Counts a request, the time it took and what it cost in the engine."""
    figures = _figures(method, route, status)
    figures.requests.inc()
    figures.seconds.observe(seconds)
    if engine.calls:
        figures.calls.inc(engine.calls)
        figures.items.inc(engine.items)
        figures.bytes.inc(engine.bytes)


@cache
def cache_reads(operation: str, result: str) -> Counter:
    """The counter of an operation's hits or misses."""
    return CACHE_READS.labels(operation, result)


@cache
def read_seconds(operation: str, from_cache: bool) -> Histogram:
    """The times of an operation's reads."""
    return READ_SECONDS.labels(operation, str(from_cache).lower())


def since() -> datetime:
    """When counting began, which is when the first of the processes started."""
    return datetime.fromtimestamp(_SINCE_MARK.stat().st_mtime if DIRECTORY else _STARTED, UTC)


_refreshers: list[Callable[[], None]] = []


def register_refresher(refresh: Callable[[], None]) -> None:
    """Registers a function that sets gauges just before the metrics are read; it must be quick and must not raise."""
    if refresh not in _refreshers:
        _refreshers.append(refresh)


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    for refresh in _refreshers:
        refresh()
    return generate_latest(all_figures())


def all_figures() -> CollectorRegistry:
    """A registry that adds up all processes; without PROMETHEUS_MULTIPROC_DIR, that of this process."""
    if not DIRECTORY:
        return REGISTRY
    _forget_dead_processes(Path(DIRECTORY))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=DIRECTORY)  # type: ignore[no-untyped-call]  # prometheus_client.multiprocess has no types
    return registry


def process_ended(pid: int) -> None:
    """Drops the live gauges of a process that has ended; its counters stay."""
    if DIRECTORY:
        mark_process_dead(pid, path=DIRECTORY)  # type: ignore[no-untyped-call]  # prometheus_client.multiprocess has no types


def _forget_dead_processes(directory: Path) -> None:
    """Drops the live gauges of killed processes, which could not do so themselves; their counters stay."""
    for pid in {int(file.stem.rsplit("_", 1)[1]) for file in directory.glob("gauge_live*_*.db")}:
        if not _alive(pid):
            mark_process_dead(pid, path=str(directory))  # type: ignore[no-untyped-call]  # prometheus_client.multiprocess has no types


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
