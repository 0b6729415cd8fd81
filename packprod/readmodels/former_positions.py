"""Where a row stands in its sorted lists, and where it stood lately: kept in its derivation's state.

A read model is a pure function of the orders, so its rows cannot tell where they were before. Whoever reads a list
page by page must know: a row that moves ahead of the reader would be met twice (see `lists.moved_rows`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict

from packprod.dynamodb.tables import Table
from packprod.readmodels.registry import moving_list
from packprod.readmodels.tables import Projection


class RowPosition(TypedDict):
    """`at` is the present sort key, `was` are pairs of a former one and when it was left, in microseconds."""

    at: str
    was: list[tuple[str, int]]


RowPositions = dict[str, RowPosition]
"""By sort attribute; those of an order's projection rows by read model."""

MEMORY = timedelta(days=1)
MOST_FORMER = 10


def microseconds(instant: datetime) -> int:
    """Since 1970, UTC."""
    return round(instant.timestamp() * 1_000_000)


def row_positions(rows: Iterable[Table], before: RowPositions, *, now: datetime) -> RowPositions:
    """The positions of the rows among these that have any, given those before."""
    return {name: _moved(before.get(name), at, now=now) for row in rows for name, at in _present(row)}


def _present(row: Table) -> list[tuple[str, str]]:
    """A summary's row stands in several lists, a projection row at most in its own."""
    if isinstance(row, Projection):
        name = moving_list(row.bucket)
        return [(name, row.row_id)] if name else []
    wire = row.wire() if row.sort_attributes else {}
    return [(name, wire[name]["S"]) for name in row.sort_attributes]


def _moved(before: RowPosition | None, at: str, *, now: datetime) -> RowPosition:
    if before is None:
        return {"at": at, "was": []}
    left = [] if before["at"] == at else [(before["at"], microseconds(now))]
    recent = [pair for pair in before["was"] if pair[1] > microseconds(now - MEMORY)]
    return {"at": at, "was": [*recent, *left][-MOST_FORMER:]}
