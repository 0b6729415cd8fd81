"""Where a row stands in its sorted lists, and where it stood lately: kept in its derivation's state.

A read model is a pure function of the orders, so its rows cannot tell where they were before. Whoever reads a list
page by page must know: a row that moves ahead of the reader would be met twice (see `movers`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from packprod.dynamodb.tables import Table
from packprod.readmodels.registry import moving_list
from packprod.readmodels.tables import Projection

Places = dict[str, dict[str, Any]]
"""By sort attribute (of a slim row: by read model): `at`, its present value, and `was`, pairs of a former value and
when it was left."""

MEMORY = timedelta(days=1)
MOST_FORMER = 10


def microseconds(instant: datetime) -> int:
    """Since 1970, UTC."""
    return round(instant.timestamp() * 1_000_000)


def places_of(rows: Iterable[Table], before: Places, *, now: datetime) -> Places:
    """The places of the rows among these that have any, given those before."""
    return {name: _moved(before.get(name), at, now=now) for row in rows for name, at in _standing(row)}


def _standing(row: Table) -> list[tuple[str, str]]:
    """A summary's row stands in several lists, a slim row at most in its own."""
    if isinstance(row, Projection):
        name = moving_list(row.bucket)
        return [(name, row.row_id)] if name else []
    wire = row.wire() if row.sort_attributes else {}
    return [(name, wire[name]["S"]) for name in row.sort_attributes]


def _moved(before: dict[str, Any] | None, at: str, *, now: datetime) -> dict[str, Any]:
    if before is None:
        return {"at": at, "was": []}
    left = [] if before["at"] == at else [[before["at"], microseconds(now)]]
    recent = [pair for pair in before["was"] if pair[1] > microseconds(now - MEMORY)]
    return {"at": at, "was": [*recent, *left][-MOST_FORMER:]}
