"""Remembers, in a derivation's state, where its rows stand in sorted lists and where they stood during the last day.

A list that is read page by page needs this: a row that moves ahead of the reader would be shown twice (see
`lists.moved_rows`). The rows themselves cannot hold it, because a read model is a pure function of the orders.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict

from packprod.dynamodb.tables import Table


class RowPosition(TypedDict):
    """Where a row stands: `at` is its sort key now, `was` holds its former sort keys, each with the time it was left,
    in microseconds since 1970."""

    at: str
    was: list[tuple[str, int]]


RowPositions = dict[str, RowPosition]
"""Positions by sort attribute."""

MEMORY = timedelta(days=1)
MOST_FORMER = 10


def microseconds(instant: datetime) -> int:
    """The instant in microseconds since 1970."""
    return round(instant.timestamp() * 1_000_000)


def row_positions(rows: Iterable[Table], before: RowPositions, *, now: datetime) -> RowPositions:
    """The positions of these rows now, as far as they have any, given those before."""
    return {name: _moved(before.get(name), at, now=now) for row in rows for name, at in _present(row)}


def _present(row: Table) -> list[tuple[str, str]]:
    """The lists that a row stands in, with its sort key in each."""
    wire = row.wire() if row.sort_attributes else {}
    return [(name, wire[name]["S"]) for name in row.sort_attributes if name in wire]


def _moved(before: RowPosition | None, at: str, *, now: datetime) -> RowPosition:
    if before is None:
        return {"at": at, "was": []}
    left = [] if before["at"] == at else [(before["at"], microseconds(now))]
    recent = [pair for pair in before["was"] if pair[1] > microseconds(now - MEMORY)]
    return {"at": at, "was": [*recent, *left][-MOST_FORMER:]}
