"""Packs many small rows into one compressed binary attribute, a column, where an item per row would cost too much."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import orjson

ROWS_PER_COLUMN = 4_000  # about 150 KB compressed at worst; DynamoDB's item limit is 400 KB


def packed(rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows as one column. A row is a list of text, int or None; a Decimal is passed as text."""
    return zlib.compress(orjson.dumps(rows), 6)


def columns(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The rows as several columns, each small enough for an item."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, ROWS_PER_COLUMN)):
        yield packed(chunk)


def unpacked(column: bytes | None) -> list[list[Any]]:
    """The rows of a column; none if the column is None."""
    rows: list[list[Any]] = orjson.loads(zlib.decompress(column)) if column else []
    return rows
