"""The one walk through sorted lists: which part of a list is read, from which end, behind which position.

A list is one or more partitions of a table or index whose sort keys are unique text. A walk yields the rows of all of
them in one order, each with its sort key, and reads them a chunk at a time as they are used.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.dynamodb.tables import Table
from packprod.errors import InvalidCursor

T = TypeVar("T")
Walk: TypeAlias = Iterator[tuple[str, T]]
"""Sort keys and rows in order."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader of a list has come; what a cursor holds.

    `after` is the sort key of the last row looked at, None at the start. `source` names what the list is read from,
    where it has several sources. `began` is the instant of the first page, for lists whose rows move.
    """

    after: str | None = None
    source: str = ""
    began: datetime | None = None

    def moved_to(self, key: str) -> "Position":
        """The same reader behind another row."""
        return replace(self, after=key)

    def as_json(self) -> list[str | None]:
        """What `from_json` reads."""
        return [self.after, self.source, self.began.isoformat() if self.began else None]

    @classmethod
    def from_json(cls, value: Any) -> "Position":
        """The position that `as_json` gave. Raises InvalidCursor for anything else."""
        try:
            after, source, began = value
            if not isinstance(after, str) or not isinstance(source, str):
                raise TypeError("a position has a key and a source")
            return cls(after, source, None if began is None else datetime.fromisoformat(began))
        except (TypeError, ValueError) as exc:
            raise InvalidCursor("The cursor is not one of ours.") from exc


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which part of a list is read: sort keys from `low` to `high`, both inclusive (None: no bound), and of those only
    the ones behind `after`, coming from the list's upper end where it is `descending`."""

    low: str | None = None
    high: str | None = None
    after: str | None = None
    descending: bool = True

    def is_behind(self, key: str) -> bool:
        """Whether a reader who is at `after` has yet to come to this key."""
        if self.after is None:
            return True
        return key < self.after if self.descending else key > self.after

    def unread(self) -> tuple[str | None, str | None]:
        """Between which keys the rest lies. The engine knows no exclusive bound beside another: `after` is one of the
        two, and read once more."""
        if self.after is None:
            return self.low, self.high
        if self.descending:
            return self.low, self.after if self.high is None else min(self.high, self.after)
        return self.after if self.low is None else max(self.low, self.after), self.high


@dataclass(frozen=True, slots=True)
class SortedPartition:
    """One partition of a table or of one of its indexes, sorted by the text attribute `sort_key`."""

    table: type[Table]
    hash: tuple[str, Any]
    sort_key: str
    index: str | None = None

    def walk(self, bounds: Bounds, *, chunk: int) -> Walk[Item]:
        """The rows inside the bounds; `chunk` new ones are read at a time."""
        partition = Partition(
            self.table,
            hash=self.hash,
            index=self.index,
            range=_range(self.sort_key, *bounds.unread()),
            descending=bounds.descending,
        )
        rows = query_all(partition, page_size=chunk if bounds.after is None else chunk + 1)
        return ((row[self.sort_key], row) for row in rows if bounds.is_behind(row[self.sort_key]))


def _range(sort_key: str, low: str | None, high: str | None) -> Range | None:
    if low is not None and high is not None:
        return Range(sort_key, "between", low, high)
    if low is not None:
        return Range(sort_key, ">=", low)
    return None if high is None else Range(sort_key, "<=", high)


def walk_in_hand(rows: Iterable[tuple[str, T]], bounds: Bounds) -> Walk[T]:
    """Rows that were read already, in no order, as a walk: sorted, and cut to those behind `after`."""
    in_order = sorted(rows, key=itemgetter(0), reverse=bounds.descending)
    return ((key, row) for key, row in in_order if bounds.is_behind(key))


def merged(walks: Iterable[Walk[T]], *, descending: bool) -> Walk[T]:
    """Several walks as one, in order."""
    return heapq.merge(*walks, key=itemgetter(0), reverse=descending)


def each_once(walk: Walk[T], *, identity: Callable[[str, T], str]) -> Walk[T]:
    """A merged walk without what a second walk, or a second reading, has given again."""
    seen: set[str] = set()
    for key, row in walk:
        name = identity(key, row)
        if name not in seen:
            seen.add(name)
            yield key, row
