"""Cursor paging that can go back: the address of a page holds, signed, where it and the pages before it begin.

So the browser's back button, "Previous", a bookmark and a reload all mean the same page, whatever was written since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from packprod.api.parameters import read_cursor, sign_cursor
from packprod.errors import InvalidCursor
from packprod.readmodels.lists.walk import Position

LONGEST_TRAIL = 40  # an address has at most 8,190 characters


@dataclass(frozen=True, slots=True)
class Step:
    """Where a page begins: behind which position (None only for the first), and how many rows came before."""

    position: Position | None
    rows_before: int


@dataclass(frozen=True, slots=True)
class Trail:
    """The steps from the first page to the present one; empty on the first page."""

    steps: tuple[Step, ...] = ()
    number: int = 1

    @property
    def here(self) -> Step:
        """Where the present page begins."""
        return self.steps[-1] if self.steps else Step(position=None, rows_before=0)

    def next(self, position: Position, *, rows: int) -> "Trail":
        """The trail of the page behind this one, which had so many rows."""
        step = Step(position, self.here.rows_before + rows)
        return Trail((*self.steps, step)[-LONGEST_TRAIL:], self.number + 1)

    def previous(self) -> "Trail | None":
        """The trail of the page before this one; None on the first, or where the address could not hold it."""
        if self.number == 1 or (len(self.steps) == 1 and self.number > 2):
            return None
        return Trail(self.steps[:-1], self.number - 1)

    def signed(self, *, scope: str) -> str:
        """The value of the page parameter; empty for the first page."""
        if not self.steps:
            return ""
        steps = [[step.position.as_json(), step.rows_before] for step in self.steps if step.position]
        return sign_cursor([self.number, steps], scope=scope)


def read_trail(signed: str, *, scope: str) -> Trail:
    """The trail in a page parameter. Raises InvalidCursor if it was not signed for this list."""
    if not signed:
        return Trail()
    number, steps = _parts(read_cursor(signed, scope=scope))
    return Trail(steps, number)


def _parts(content: Any) -> tuple[int, tuple[Step, ...]]:
    try:
        number, steps = content
        return int(number), tuple(Step(Position.from_json(position), int(rows)) for position, rows in _list(steps))
    except (TypeError, ValueError) as exc:
        raise InvalidCursor("This page's address is not one of ours.") from exc


def _list(steps: Any) -> Sequence[Any]:
    if not steps:
        raise ValueError("a trail has steps")
    return list(steps)
