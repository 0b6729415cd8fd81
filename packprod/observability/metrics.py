"""The Prometheus figures of all processes together.

Web workers, Celery workers and the stream consumer are processes of their own. With PROMETHEUS_MULTIPROC_DIR
set before start (PACKPROD_DATA_DIR/run/metrics under `make run`, emptied at each start) each writes its
figures to files there and `/metrics` of any web worker adds them up. Without it each shows only its own.
"""

import os
from pathlib import Path

DIRECTORY = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if DIRECTORY:  # before the import below: the library decides for files when it is imported
    Path(DIRECTORY).mkdir(parents=True, exist_ok=True)

from prometheus_client import (  # noqa: E402
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead  # noqa: E402

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

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
RECALCULATIONS = Counter(
    "packprod_metrics_recalculations_total", "Summaries recomputed: of a customer, a product or a day."
)
CACHE_UPDATES = Counter("packprod_cache_updates_total", "Summaries written.")
PROCESSED = Counter("packprod_metrics_processed_total", "Summaries handled by metric runs.")


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    if not DIRECTORY:
        return generate_latest(REGISTRY)
    _forget_dead_processes(Path(DIRECTORY))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=DIRECTORY)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_dead_processes(directory: Path) -> None:
    """A killed process cannot take its live gauges back; its counters stay, as what it did stays done."""
    for pid in {int(file.stem.rsplit("_", 1)[1]) for file in directory.glob("gauge_live*_*.db")}:
        if not _alive(pid):
            mark_process_dead(pid, path=str(directory))  # type: ignore[no-untyped-call]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
