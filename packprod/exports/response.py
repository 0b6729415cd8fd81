"""The HTTP answer of an export, for API views and admin views alike, and what the log and the metrics say of it."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any, Literal

import structlog
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from packprod.errors import TooManyExports
from packprod.exports.as_csv import csv_chunks
from packprod.exports.as_xlsx import xlsx_chunks
from packprod.exports.export import Export, ExportRow
from packprod.observability import metrics
from packprod.observability.request_context import current_request

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Progress:
    """How far an export is."""

    rows: int = 0
    begun: bool = False
    started: float = field(default_factory=time.perf_counter)

    def counted(self, rows: Iterable[ExportRow]) -> Iterator[ExportRow]:
        """The rows, counted as they pass."""
        for row in rows:
            self.rows += 1
            yield row


@contextmanager
def reported(name: str, file_format: str) -> Iterator[Progress]:
    """Wraps an export: `Exported 1234 rows of orders as csv`, or how it ended instead.

    An error before the first byte is logged with the request, not here.
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
            _log_export(name, file_format, outcome, progress, request_id)


def _log_export(name: str, file_format: str, outcome: str, progress: Progress, request_id: str) -> None:
    ms = round((time.perf_counter() - progress.started) * 1000, 1)
    figures = {"export": name, "format": file_format, "rows": progress.rows, "ms": ms, "request_id": request_id}
    if outcome == "finished":
        log.info(f"Exported {progress.rows} rows of {name} as {file_format}", **figures)
    else:
        log.warning(f"Export of {name} as {file_format} {outcome} after {progress.rows} rows", **figures)


Format = Literal["csv", "xlsx"]
CONTENT_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WRITERS: dict[Format, Callable[[Export[Any], Iterable[Any]], Iterator[bytes]]] = {
    "csv": csv_chunks,
    "xlsx": xlsx_chunks,
}
EXPORTS_AT_ONCE = 2  # in each web process, of its 8 threads: the others go on answering
_slots = BoundedSemaphore(EXPORTS_AT_ONCE)


def export_response(
    export: Export[ExportRow], rows: Iterable[ExportRow], *, format: Format, filename: str
) -> StreamingHttpResponse:
    """A download of the rows, read while it is sent. `filename` has no suffix.

    An error that comes before the first byte is raised here: EngineUnavailable, NotFound, TooManyExports, whatever
    reading raises. One that comes later cuts the connection, so that no half of a file looks whole. XLSX is built
    before its first byte.
    """
    body = _download(export, rows, format)
    next(body)
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{filename}.{format}") or "attachment",
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(body, content_type=CONTENT_TYPES[format], headers=headers)


def _download(export: Export[ExportRow], rows: Iterable[ExportRow], format: Format) -> Generator[bytes, None, None]:
    """Stops once before the first chunk, all of which is then at hand."""
    with _slot(), reported(export.name, format) as progress:
        chunks = _WRITERS[format](export, progress.counted(rows))
        first = next(chunks)
        progress.begun = True
        yield b""
        yield first
        yield from chunks


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(blocking=False):
        raise TooManyExports("Other exports are being made just now; try again in a few seconds.")
    try:
        yield
    finally:
        _slots.release()
