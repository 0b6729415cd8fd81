"""A whole list, for a file, while orders arrive: nobody is left out because a figure moved.

A list sorted by revenue cannot be read page by page and be whole: what rises past the reader is never met. So the rows
are walked by a key that does not move, and put into the list's order at the end. Rows beyond RUN wait in temporary
files, so memory stays bounded.
"""

import heapq
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

Row = TypeVar("Row")
RUN = 5_000


def in_order(rows: Iterable[Row], *, key: Callable[[Row], Any], descending: bool) -> Iterator[Row]:
    """The rows sorted by `key`, with RUN of them in memory at a time. Reads all of them before it yields the first."""
    remaining = iter(rows)
    with ExitStack() as files:
        runs: list[Iterator[Row]] = []
        while run := sorted(islice(remaining, RUN), key=key, reverse=descending):
            if len(run) < RUN:
                runs.append(iter(run))
                break
            runs.append(_read(_written(run, files.enter_context(TemporaryFile()))))
        yield from heapq.merge(*runs, key=key, reverse=descending)


def _written(run: list[Row], file: IO[bytes]) -> IO[bytes]:
    for row in run:
        pickle.dump(row, file)
    file.seek(0)
    return file


def _read(file: IO[bytes]) -> Iterator[Any]:
    while True:
        try:
            yield pickle.load(file)  # noqa: S301 - as above
        except EOFError:
            return
