"""The HTTP answer of an export: what both an API view and an admin view return."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Literal

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from packprod.errors import TooManyExports
from packprod.exports.as_csv import csv_chunks
from packprod.exports.as_xlsx import xlsx_chunks
from packprod.exports.events import told
from packprod.exports.export import Export, Row

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
    export: Export[Row], rows: Iterable[Row], *, format: Format, filename: str
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


def _download(export: Export[Row], rows: Iterable[Row], format: Format) -> Generator[bytes, None, None]:
    """Stops once before the first chunk, all of which is then at hand."""
    with _slot(), told(export.name, format) as progress:
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
