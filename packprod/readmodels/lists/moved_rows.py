"""Leaves out rows that moved while a sorted list was read page by page, so that no row is shown twice.

A later page leaves out a row if, since the reader began, it stood at a position that the reader has passed: it may have
been shown there. A row that does not move is shown exactly once (docs/adr/0021-nobody-is-met-twice.md).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from packprod.dates import format_instant
from packprod.dynamodb.reads import Item
from packprod.readmodels.former_positions import RowPosition, microseconds
from packprod.readmodels.lists.walk import Position
from packprod.readmodels.plan import read_states

LONGEST_BATCH = timedelta(minutes=1)  # a row is dated by the begin of the batch that it was derived in


def without_moved(
    rows: Sequence[Item], start: Position, *, sort: str, descending: bool, state_id: Callable[[Item], str]
) -> list[Item]:
    """The rows that cannot have been shown on an earlier page. `sort` is the attribute that the list is sorted by;
    `state_id` gives the id of a row's derivation.

    Costs one batch read if any of the rows was written since the reader began, or just before, otherwise nothing.
    """
    if start.after is None or start.began is None:
        return list(rows)
    recent = format_instant(start.began.replace(microsecond=0) - LONGEST_BATCH)
    written = {state_id(row) for row in rows if str(row.get("lastUpdated", "~")) >= recent}
    passed = passed_by(start, written, sort=sort, descending=descending)
    return [row for row in rows if state_id(row) not in passed]


def passed_by(start: Position, state_ids: Iterable[str], *, sort: str, descending: bool) -> set[str]:
    """Of these derivations, those whose row stood, since the reader began, where the reader has passed by now.

    Costs one batch read of their states.
    """
    if start.after is None or start.began is None:
        return set()
    states = read_states(sorted(state_ids))
    return {
        one
        for one, state in states.items()
        if sort in state.positions
        and _was_passed(state.positions[sort], start.after, start.began, descending=descending)
    }


def _was_passed(position: RowPosition, after: str, began: datetime, *, descending: bool) -> bool:
    former = [key for key, left in position["was"] if left >= microseconds(began)]
    return any(key >= after if descending else key <= after for key in former)
