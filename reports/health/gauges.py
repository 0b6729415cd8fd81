"""Data health as Prometheus gauges, measured when /metrics is read, at most every PACE_SECONDS."""

import threading
import time

import structlog
from prometheus_client import Gauge

from packprod.dates import utc_now
from packprod.observability.processes import process_note
from reports.health.report import data_health

PACE_SECONDS = 15.0
log = structlog.get_logger(__name__)


def _gauge(name: str, meaning: str, labels: tuple[str, ...] = ()) -> Gauge:
    """Of several web processes, the one that looked last tells."""
    return Gauge(f"packprod_{name}", meaning, labels, multiprocess_mode="mostrecent")


DATA_HEALTH = _gauge("data_health", "Each check of data health: 0 green, 1 amber, 2 red.", ("check",))
FIGURES = (
    ("stream", "ageSeconds", _gauge("stream_age_seconds", "How long the oldest unread change has waited.")),
    ("queue", "length", _gauge("queue_length", "Tasks and summaries that wait for a worker.")),
    (
        "queue",
        "memoryShare",
        _gauge("redis_memory_share", "Used share of what Redis may use; 0: no limit."),
    ),
    ("disk", "freeBytes", _gauge("disk_free_bytes", "Room where the data folder lies.")),
    ("stream", "failingShards", _gauge("failing_shards", "Shards of the orders' stream that cannot be read.")),
    ("dirty", "count", _gauge("dirty_summaries", "Summaries to be computed; at most 1,000 are counted.")),
    ("parked", "count", _gauge("parked_orders", "Order rows that no figure can use.")),
    ("deadLetters", "count", _gauge("dead_letters", "Changes that could not be projected.")),
    ("inbox", "waiting", _gauge("inbox_waiting", "Imports that could not be taken and were not replayed.")),
    ("verification", "differences", _gauge("read_model_differences", "What the last verification found.")),
)
_STATES = {"green": 0, "amber": 1, "red": 2}


class Pace:
    """Is due at most once in PACE_SECONDS, over all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    def is_due(self) -> bool:
        """Whether PACE_SECONDS have passed; if so, the next ones begin."""
        with self._lock:
            due = time.monotonic() >= self._next
            self._next = time.monotonic() + PACE_SECONDS if due else self._next
        return due


_pace = Pace()


def refresh_gauges() -> None:
    """Sets every gauge. Never raises: the figures of requests must come also while something here fails."""
    if not _pace.is_due():
        return
    process_note("web", now=utc_now())
    try:
        set_gauges()
    except Exception:
        log.exception("data health could not be measured")


def set_gauges() -> None:
    """A figure that is not known leaves its gauge as it was; `packprod_data_health` is red then."""
    health = data_health(now=utc_now())
    for check in health.checks:
        DATA_HEALTH.labels(check.name).set(_STATES[check.state])
    found = {check.name: check.figures for check in health.checks}
    for name, figure, gauge in FIGURES:
        value = found.get(name, {}).get(figure)
        if value is not None:
            gauge.set(value)
