"""Where a summary's row stands in its sorted lists, and where it stood lately: kept in its derivation's state.

A read model is a pure function of the orders, so its rows cannot tell where they were before. Whoever reads a list
page by page must know: a row that moves ahead of the reader would be met twice (see `movers`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from packprod.dynamodb.base import Table

Places = dict[str, dict[str, Any]]
"""By sort attribute: `at`, its present value, and `was`, pairs of a former value and when it was left."""

MEMORY = timedelta(days=1)
MOST_FORMER = 10


def microseconds(instant: datetime) -> int:
    """Since 1970, UTC."""
    return round(instant.timestamp() * 1_000_000)


def places_of(rows: Iterable[Table], before: Places, *, now: datetime) -> Places:
    """The places of the one row among these that has any, given those before."""
    for row in rows:
        if row.sort_attributes:
            wire = row.wire()
            return {name: _moved(before.get(name), wire[name]["S"], now=now) for name in row.sort_attributes}
    return {}


def _moved(before: dict[str, Any] | None, at: str, *, now: datetime) -> dict[str, Any]:
    if before is None:
        return {"at": at, "was": []}
    left = [] if before["at"] == at else [[before["at"], microseconds(now)]]
    recent = [pair for pair in before["was"] if pair[1] > microseconds(now - MEMORY)]
    return {"at": at, "was": [*recent, *left][-MOST_FORMER:]}
