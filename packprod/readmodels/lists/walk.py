"""The walk through a sorted list: which part of it is read, from which end, and after which position.

A list is one or more partitions of a table or index whose sort keys are unique text. A walk yields the rows of all its
partitions in one order, each with its sort key, and reads them a chunk at a time as they are used.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from packprod.dynamodb.codec import AttributeMap, decode_item
from packprod.dynamodb.reads import Item, Partition, Range, query_page_encoded
from packprod.dynamodb.tables import Table
from packprod.errors import InvalidCursor

T = TypeVar("T")
LEAST = 10  # rows that are worth a read
Walk: TypeAlias = Iterator[tuple[str, T]]
"""Sort keys and rows in order."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader of a list has come; a cursor holds it.

    `after` is the sort key of the last row that was looked at, None at the start. `source` names the source, for lists
    that may be read from several. `began` is the instant of the first page, for lists whose rows move.
    """

    after: str | None = None
    source: str = ""
    began: datetime | None = None

    def moved_to(self, key: str) -> "Position":
        """The position after the row with this sort key."""
        return replace(self, after=key)

    def as_json(self) -> list[str | None]:
        """The position as a JSON value, which `from_json` reads."""
        return [self.after, self.source, self.began.isoformat() if self.began else None]

    @classmethod
    def from_json(cls, value: Any) -> "Position":
        """The position that `as_json` returned. Raises InvalidCursor for any other value."""
        try:
            after, source, began = value
            if not isinstance(after, str) or not isinstance(source, str):
                raise TypeError("a position has a key and a source")
            return cls(after, source, None if began is None else datetime.fromisoformat(began))
        except (TypeError, ValueError) as exc:
            raise InvalidCursor("The cursor is not one of ours.") from exc


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which part of a list is read: the sort keys from `low` to `high`, both inclusive, None for no bound. If `after`
    is set, only those after it, coming from the upper end if `descending`."""

    low: str | None = None
    high: str | None = None
    after: str | None = None
    descending: bool = True

    def is_behind(self, key: str) -> bool:
        """Whether a reader at `after` has not come to this key yet."""
        if self.after is None:
            return True
        return key < self.after if self.descending else key > self.after

    def unread(self) -> tuple[str | None, str | None]:
        """The lowest and highest key of the rest, both inclusive. The engine cannot combine an exclusive bound with
        another one, so `after` is one of the two, and its row is read once more."""
        if self.after is None:
            return self.low, self.high
        if self.descending:
            return self.low, self.after if self.high is None else min(self.high, self.after)
        return self.after if self.low is None else max(self.low, self.after), self.high


@dataclass(frozen=True, slots=True)
class SortedPartition:
    """One partition of a table or of one of its indexes, sorted by the text attribute `sort_key`.

    Only `attributes` are read, `sort_key` among them; if that is empty, all are.
    """

    table: type[Table]
    hash: tuple[str, Any]
    sort_key: str
    index: str | None = None
    attributes: tuple[str, ...] = ()

    def walk(self, bounds: Bounds, *, chunk: "int | Pace") -> Walk[Item]:
        """The rows within the bounds; `chunk` new rows are read at a time."""
        return ((key, decode_item(row)) for key, row in self.walk_encoded(bounds, chunk=chunk))

    def walk_encoded(self, bounds: Bounds, *, chunk: "int | Pace", more: int = 0) -> Walk[AttributeMap]:
        """Does `walk`; the rows are as the engine sends them, tagged values. The first chunk is `more` rows longer."""
        pace = chunk if isinstance(chunk, Pace) else Pace(chunk, most=chunk)
        rows = pace.read(self._partition(bounds), more=more if bounds.after is None else more + 1)
        keyed = ((row[self.sort_key]["S"], row) for row in rows)
        return ((key, row) for key, row in keyed if bounds.is_behind(key))

    def _partition(self, bounds: Bounds) -> Partition:
        return Partition(
            self.table,
            hash=self.hash,
            index=self.index,
            range=_range(self.sort_key, *bounds.unread()),
            descending=bounds.descending,
            attributes=self.attributes,
        )


@dataclass(slots=True)
class Pace:
    """How many rows a walk reads next: `size`, and each time twice as many, up to `most`. A reader who knows how many
    of them are dropped may set `size`.

    A reader who needs so many rows says how many of those that were read are `kept`; then as many are read next as
    probably hold the rest.
    """

    size: int
    most: int
    needed: int = 0
    kept: int = 0
    _read: int = field(default=0, repr=False)

    def read(self, partition: Partition, *, more: int) -> Iterator[AttributeMap]:
        """Every row of a partition (tagged values), page by page as they are used; the first page is `more` rows
        longer."""
        start_key: Item | None = None
        while True:
            page = query_page_encoded(partition, limit=self.size + more, start_key=start_key)
            self.size, more = min(2 * self.size, self.most), 0
            self._read += len(page.items)
            yield from page.items
            start_key = page.last_key
            if start_key is None:
                return
            if self.needed:
                self.size = self.size_of_rest(read=self._read, kept=self.kept)

    def size_of_rest(self, *, read: int, kept: int) -> int:
        """An eighth more rows than hold the rest if as many of them are kept as of those that were read; at most four
        times as many as those."""
        rest = max(1, self.needed - kept) * read * 9 // (8 * max(1, kept)) + 1
        return max(LEAST, min(rest, 4 * read, self.most))


def _range(sort_key: str, low: str | None, high: str | None) -> Range | None:
    if low is not None and high is not None:
        return Range(sort_key, "between", low, high)
    if low is not None:
        return Range(sort_key, ">=", low)
    return None if high is None else Range(sort_key, "<=", high)


def walk_in_hand(rows: Iterable[tuple[str, T]], bounds: Bounds) -> Walk[T]:
    """A walk through rows that have been read already, in any order: it sorts them and keeps those after `after`."""
    in_order = sorted(rows, key=itemgetter(0), reverse=bounds.descending)
    return ((key, row) for key, row in in_order if bounds.is_behind(key))


def merged(walks: Iterable[Walk[T]], *, descending: bool) -> Walk[T]:
    """Several walks merged into one, in order."""
    return heapq.merge(*walks, key=itemgetter(0), reverse=descending)


def each_once(walk: Walk[T], *, identity: Callable[[str, T], str]) -> Walk[T]:
    """The walk without repetitions; two rows of the same `identity` are the same, whichever walk they came from."""
    seen: set[str] = set()
    for key, row in walk:
        name = identity(key, row)
        if name not in seen:
            seen.add(name)
            yield key, row
