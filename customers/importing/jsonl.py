"""Imports a file with one order a line through the same service as HTTP; it can be stopped and run again.

`FILE.progress` records how far a stopped run came, in whole chunks, and is deleted at the end; importing a line twice
would do no harm either. `FILE.rejected.jsonl` gets each bad line with its reason. While one chunk is being stored, the
next one is read and checked.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from customers.importing.batch import ImportResult, orders_check, orders_import
from customers.importing.services import OnConflict
from orders.order import OrderDraft
from packprod.errors import EngineUnavailable, InvalidInput
from packprod.exact_json import parse_json

CHUNK = 400
PATIENCE_SECONDS = (0.5, 1, 2, 4)
UPDATED_BY = "import file"


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Lines of the file: `parsed` are those that are not blank, each with its position in the chunk (from 1) and what
    it holds, `checked` the orders in them."""

    lines: list[bytes]
    parsed: list[tuple[int, bytes, object]]
    checked: list[OrderDraft | InvalidInput]
    now: datetime

    @classmethod
    def of(cls, lines: list[bytes], *, now: datetime) -> "_Chunk":
        """Reads and checks the lines, without a call to the engine."""
        parsed = [(at, line, _parse(line)) for at, line in enumerate(lines, start=1) if line.strip()]
        payloads = [payload for _, _, payload in parsed if not isinstance(payload, InvalidInput)]
        return cls(lines, parsed, orders_check(payloads, now=now), now)

    @property
    def payloads(self) -> list[object]:
        """What the lines hold that are JSON."""
        return [payload for _, _, payload in self.parsed if not isinstance(payload, InvalidInput)]

    def with_results(self, results: list[ImportResult]) -> Iterator[tuple[int, bytes, ImportResult]]:
        """The lines that are not blank with their results; `results` are those of the payloads."""
        waiting = iter(results)
        for at, line, payload in self.parsed:
            if isinstance(payload, InvalidInput):
                yield at, line, ImportResult(payload, error=payload)
            else:
                yield at, line, next(waiting)


class FileImport:
    """The import of one file. `lines_done` counts the lines that a further run skips."""

    def __init__(self, path: Path, *, on_conflict: OnConflict) -> None:
        self._path = path
        self._on_conflict = on_conflict
        self.lines_done = 0
        self._progress_path = path.with_name(f"{path.name}.progress")
        self.rejected_path = path.with_name(f"{path.name.removesuffix('.jsonl')}.rejected.jsonl")

    def run(self, *, clock: Callable[[], datetime], progress: Callable[[int], object]) -> dict[str, int]:
        """Imports the remaining lines and returns the counts of all runs by outcome. Raises EngineUnavailable."""
        offset, number, counts = self._resume()
        progress(offset)
        with self._path.open("rb") as source, self.rejected_path.open("ab") as rejected:
            source.seek(offset)
            for chunk, results in self._stored(source, clock):
                for at, line, result in chunk.with_results(results):
                    counts[_fate(result)] += 1
                    if result.error is not None:
                        rejected.write(_rejection(number + at, line, result))
                rejected.flush()
                size = sum(map(len, chunk.lines))
                offset, number = offset + size, number + len(chunk.lines)
                self._remember(offset, number, counts)
                self.lines_done = number
                progress(size)
        self._finish(counts)
        return counts

    def _stored(self, source: BinaryIO, clock: Callable[[], datetime]) -> Iterator[tuple[_Chunk, list[ImportResult]]]:
        """Each chunk with its results, in the order of the file; the one behind it is checked meanwhile."""
        with ThreadPoolExecutor(1) as pool:
            storing: tuple[_Chunk, Future[list[ImportResult]]] | None = None
            for lines in _chunks(source):
                chunk, before = _Chunk.of(lines, now=clock()), storing
                results = before[1].result() if before else []
                storing = chunk, pool.submit(self._import_patiently, chunk)
                if before:
                    yield before[0], results
            if storing is not None:
                yield storing[0], storing[1].result()

    def _import_patiently(self, chunk: _Chunk) -> list[ImportResult]:
        """Waits for a busy or restarting engine and tries again; importing a line twice does no harm."""
        call: dict[str, Any] = {
            "payloads": chunk.payloads,
            "checked": chunk.checked,
            "on_conflict": self._on_conflict,
            "updated_by": UPDATED_BY,
            "now": chunk.now,
        }
        for seconds in PATIENCE_SECONDS:
            try:
                return orders_import(**call)
            except EngineUnavailable:
                time.sleep(seconds)
        return orders_import(**call)

    def _resume(self) -> tuple[int, int, dict[str, int]]:
        """How many bytes and lines are done, and the counts by outcome."""
        fresh = {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0}
        try:
            saved: dict[str, Any] = json.loads(self._progress_path.read_text())
        except (FileNotFoundError, ValueError):
            saved = {}
        if saved.get("file") == self._identity() and "lines" in saved:
            with self.rejected_path.open("ab") as rejected:
                # Drops what a run wrote after it last saved its progress.
                rejected.truncate(min(rejected.tell(), saved["rejected"]))
            self.lines_done = saved["lines"]
            return saved["offset"], saved["lines"], saved["counts"]
        self.rejected_path.unlink(missing_ok=True)
        return 0, 0, fresh

    def _remember(self, offset: int, lines: int, counts: dict[str, int]) -> None:
        rejected = self.rejected_path.stat().st_size
        saved = {"file": self._identity(), "offset": offset, "lines": lines, "counts": counts, "rejected": rejected}
        waiting = self._progress_path.with_suffix(".progress.new")
        waiting.write_text(json.dumps(saved))
        waiting.replace(self._progress_path)

    def _identity(self) -> list[int]:
        """Distinguishes the file from another of the same name, which is imported from its beginning."""
        status = self._path.stat()
        return [status.st_size, status.st_mtime_ns]

    def _finish(self, counts: dict[str, int]) -> None:
        self._progress_path.unlink(missing_ok=True)
        if not counts["rejected"]:
            self.rejected_path.unlink(missing_ok=True)


def _chunks(source: BinaryIO) -> Iterator[list[bytes]]:
    while lines := list(islice(source, CHUNK)):
        yield lines


def _parse(line: bytes) -> object:
    try:
        return parse_json(line)
    except InvalidInput as exc:
        return exc


def _fate(result: ImportResult) -> str:
    if result.outcome is None:
        return "rejected"
    return "created" if result.outcome.created else "updated" if result.outcome.updated else "unchanged"


def _rejection(number: int, line: bytes, result: ImportResult) -> bytes:
    """The line as it was, with its number in the file (from 1) and the reason."""
    record = {
        "lineNumber": number,
        "reason": result.error.message if result.error else "",
        "errors": list(result.error.problems) if result.error else [],
        "line": line.decode(errors="replace").rstrip("\r\n"),
    }
    return orjson.dumps(record) + b"\n"
