"""Many small rows as one compressed binary attribute: a column, where an item per row would cost too much."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import orjson

ROWS_PER_COLUMN = 4_000  # about 150 KB compressed at worst; DynamoDB's item limit is 400 KB


def packed(rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows (lists of text, int or None; Decimal as text) as one column."""
    return zlib.compress(orjson.dumps(rows), 6)


def columns(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The rows in as many columns as keep each within an item."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, ROWS_PER_COLUMN)):
        yield packed(chunk)


def unpacked(column: bytes | None) -> list[list[Any]]:
    """The rows of a column; none where there is no column."""
    rows: list[list[Any]] = orjson.loads(zlib.decompress(column)) if column else []
    return rows
