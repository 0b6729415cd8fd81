"""Sends an export as a download, from API views and admin views alike, and records it in the log and the metrics."""

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

Format = Literal["csv", "xlsx"]
CONTENT_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXPORTS_AT_ONCE = 2  # in each web process, of its 8 threads: the others go on answering
_WRITERS: dict[Format, Callable[[Export[Any], Iterable[Any]], Iterator[bytes]]] = {
    "csv": csv_chunks,
    "xlsx": xlsx_chunks,
}
_slots = BoundedSemaphore(EXPORTS_AT_ONCE)
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Progress:
    """How far an export has come. `begun` is set with its first byte."""

    rows: int = 0
    begun: bool = False
    started: float = field(default_factory=time.perf_counter)

    def counted(self, rows: Iterable[ExportRow]) -> Iterator[ExportRow]:
        """Yields the rows and counts them."""
        for row in rows:
            self.rows += 1
            yield row


@contextmanager
def reported(name: str, file_format: str) -> Iterator[Progress]:
    """Wraps an export and logs `Exported 1234 rows of orders as csv`, or else that it failed or was abandoned.

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


def export_response(
    export: Export[ExportRow], rows: Iterable[ExportRow], *, format: Format, filename: str
) -> StreamingHttpResponse:
    """A download of the rows, which are read while it is sent; XLSX is built before. `filename` has no suffix.

    An error before the first byte is raised here: TooManyExports, or whatever reading the rows raises. A later error
    cuts the connection, so that half a file never looks whole.
    """
    body = _download(export, rows, format)
    next(body)
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{filename}.{format}") or "attachment",
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(body, content_type=CONTENT_TYPES[format], headers=headers)


def _download(export: Export[ExportRow], rows: Iterable[ExportRow], format: Format) -> Generator[bytes, None, None]:
    """Yields the chunks, after an empty one that says that the first chunk has been read without an error."""
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
