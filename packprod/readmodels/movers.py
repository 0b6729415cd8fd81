"""A reader of a sorted list meets nobody twice, also not whoever moves in it while it is read.

A row that stood, since the reading began, at a place that the reader has passed by now may have been shown there: a
later page leaves it out. Whoever does not move is shown exactly once (docs/adr/0021-nobody-is-met-twice.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from packprod.dates import format_instant
from packprod.dynamodb.reads import Item
from packprod.readmodels.pages import Page
from packprod.readmodels.places import microseconds
from packprod.readmodels.plan import read_states


@dataclass(frozen=True, slots=True)
class Reading:
    """A list being read page by page: `after` is the sort key of the last row looked at (None: at the start),
    `began` the instant of the first page."""

    after: str | None
    began: datetime

    @classmethod
    def at(cls, position: Sequence[Any] | None, *, now: datetime) -> "Reading":
        """The reading that a cursor's position stands for; without one it begins now."""
        if position is None:
            return cls(None, now)
        return cls(position[0], datetime.fromisoformat(position[1]))

    def continued(self, page: Page[Item]) -> Page[Item]:
        """The page with a position that `at` understands."""
        following = None if page.next_position is None else [page.next_position, self.began.isoformat()]
        return replace(page, next_position=following)


def without_movers(
    rows: Sequence[Item], reading: Reading, *, sort: str, descending: bool, state_id: Callable[[Item], str]
) -> list[Item]:
    """The rows that cannot have been shown on an earlier page; `sort` is the attribute the list is sorted by.

    Costs one batched read where rows were written since the reading began, else nothing.
    """
    if reading.after is None:
        return list(rows)
    second = format_instant(reading.began.replace(microsecond=0))
    written = {state_id(row) for row in rows if str(row.get("lastUpdated", "~")) >= second}
    states = read_states(sorted(written))
    passed = {one for one in written if _was_passed(states[one].places.get(sort), reading, descending=descending)}
    return [row for row in rows if state_id(row) not in passed]


def _was_passed(place: dict[str, Any] | None, reading: Reading, *, descending: bool) -> bool:
    began, after = microseconds(reading.began), reading.after or ""
    former = [key for key, left in (place or {"was": []})["was"] if left >= began]
    return any(key >= after if descending else key <= after for key in former)
