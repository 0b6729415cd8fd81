"""Imports a file with one order a line through the same service as HTTP; can be stopped and run again.

`FILE.progress` remembers how far a stopped run came, in whole chunks, and goes away at the end; importing a line
twice would do no harm either. `FILE.rejected.jsonl` gets each bad line with its reason.
"""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from customers.importing.batch import ImportResult, orders_import
from customers.importing.service import OnConflict
from packprod.api.parsers import parse_json
from packprod.errors import EngineUnavailable, InvalidInput

CHUNK = 100
PATIENCE_SECONDS = (0.5, 1, 2, 4)
UPDATED_BY = "import file"


class FileImport:
    """One file's import."""

    def __init__(self, path: Path, *, on_conflict: OnConflict) -> None:
        self._path = path
        self._on_conflict = on_conflict
        self._progress_path = path.with_name(f"{path.name}.progress")
        self.rejected_path = path.with_name(f"{path.name.removesuffix('.jsonl')}.rejected.jsonl")

    def run(self, *, clock: Callable[[], datetime], progress: Callable[[int], object]) -> dict[str, int]:
        """Imports what is left; counts by what became of each line, over all runs. Raises EngineUnavailable."""
        offset, counts = self._resume()
        progress(offset)
        with self._path.open("rb") as source, self.rejected_path.open("ab") as rejected:
            source.seek(offset)
            for lines in _chunks(source):
                for line, result in self._import(lines, clock()):
                    counts[_fate(result)] += 1
                    if result.error is not None:
                        rejected.write(_rejection(line, result))
                rejected.flush()
                offset += sum(map(len, lines))
                self._remember(offset, counts)
                progress(sum(map(len, lines)))
        self._finish(counts)
        return counts

    def _import(self, lines: list[bytes], now: datetime) -> Iterator[tuple[bytes, ImportResult]]:
        parsed = [(line, _parse(line)) for line in lines if line.strip()]
        good = [payload for _, payload in parsed if not isinstance(payload, InvalidInput)]
        results = iter(self._import_patiently(good, now))
        for line, payload in parsed:
            if isinstance(payload, InvalidInput):
                yield line, ImportResult(payload, error=payload)
            else:
                yield line, next(results)

    def _import_patiently(self, payloads: list[object], now: datetime) -> list[ImportResult]:
        """A busy or restarting engine is waited for; importing a line twice does no harm."""
        call: dict[str, Any] = {"payloads": payloads, "on_conflict": self._on_conflict, "updated_by": UPDATED_BY}
        for seconds in PATIENCE_SECONDS:
            try:
                return orders_import(**call, now=now)
            except EngineUnavailable:
                time.sleep(seconds)
        return orders_import(**call, now=now)

    def _resume(self) -> tuple[int, dict[str, int]]:
        fresh = {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0}
        try:
            saved: dict[str, Any] = json.loads(self._progress_path.read_text())
        except (FileNotFoundError, ValueError):
            saved = {}
        if saved.get("file") == self._identity():
            with self.rejected_path.open("ab") as rejected:
                rejected.truncate(min(rejected.tell(), saved["rejected"]))  # drops what a dying run did not remember
            return saved["offset"], saved["counts"]
        self.rejected_path.unlink(missing_ok=True)
        return 0, fresh

    def _remember(self, offset: int, counts: dict[str, int]) -> None:
        rejected = self.rejected_path.stat().st_size
        saved = {"file": self._identity(), "offset": offset, "counts": counts, "rejected": rejected}
        waiting = self._progress_path.with_suffix(".progress.new")
        waiting.write_text(json.dumps(saved))
        waiting.replace(self._progress_path)

    def _identity(self) -> list[int]:
        """Another file under the same name starts from its beginning."""
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


def _rejection(line: bytes, result: ImportResult) -> bytes:
    """The line as it was, with the reason beside it."""
    problems = [
        {"field": one.field, "code": one.code, "message": one.message}
        for one in (result.error.problems if result.error else ())
    ]
    record = {
        "reason": result.error.message if result.error else "",
        "errors": problems,
        "line": line.decode(errors="replace").rstrip("\r\n"),
    }
    return orjson.dumps(record) + b"\n"
