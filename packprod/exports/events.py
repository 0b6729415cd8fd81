"""What the log and the figures say of exports: names and counts only.

A download outlives the request's log context, so its id is given here.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from packprod.exports.export import Row
from packprod.observability import metrics
from packprod.observability.request_context import current_request

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Progress:
    """How far an export is."""

    rows: int = 0
    begun: bool = False
    started: float = field(default_factory=time.perf_counter)

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, counted as they pass."""
        for row in rows:
            self.rows += 1
            yield row


@contextmanager
def told(name: str, file_format: str) -> Iterator[Progress]:
    """Wraps an export: `Exported 1234 rows of orders as csv`, or how it ended instead.

    An error before anything was sent is the request's own to tell.
    """
    progress, request_id = Progress(), current_request().id
    outcome = "failed"
    try:
        yield progress
        outcome = "finished"
    except GeneratorExit:
        outcome = "abandoned"
        raise
    finally:
        metrics.EXPORTS.labels(name, file_format, outcome).inc()
        if progress.begun:
            _tell(name, file_format, outcome, progress, request_id)


def _tell(name: str, file_format: str, outcome: str, progress: Progress, request_id: str) -> None:
    ms = round((time.perf_counter() - progress.started) * 1000, 1)
    figures = {"export": name, "format": file_format, "rows": progress.rows, "ms": ms, "request_id": request_id}
    if outcome == "finished":
        log.info(f"Exported {progress.rows} rows of {name} as {file_format}", **figures)
    else:
        log.warning(f"Export of {name} as {file_format} {outcome} after {progress.rows} rows", **figures)
