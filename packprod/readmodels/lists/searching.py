"""A page of a search in a sorted list, whichever way reads less: the rows that the search index names, or the list.

How common a word is decides. The index is read a little way; who has a rare word is known then. Otherwise the list is
read as far as a page without a search, and it shows how many of its rows are found: many, and it is read on; few, and
the index is read up to `search_index.FEW` entries (docs/adr/0042).
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Generic, TypeVar

from django.conf import settings

from packprod.readmodels.lists import search_index
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.search_query import SearchQuery
from packprod.readmodels.lists.walk import Bounds, Pace, Position, Walk, walk_in_hand

T = TypeVar("T")
RARE = 60  # entries
FIRST_LOOKUPS = 2  # words
DENSE = 8  # one row in so many
LONGEST_READ = 500  # rows, of a list most of which is dropped
COMMON_SECONDS = 60.0  # for as long a process takes the words of a text for common
MOST_COMMON = 1_000  # texts
_common: dict[tuple[str, str, str], float] = {}
"""Client, kind and text of searches whose words were common, and until when, in monotonic seconds, they pass as such.
A word that has become rare meanwhile is found all the same; it costs more."""


@dataclass(frozen=True, slots=True)
class SearchedList(Generic[T]):
    """A sorted list and a search in it.

    `kind` is its kind of subject in the search index, None while that is not built. `walk` reads the list behind the
    position of the page, as `pace` says; a row of None cannot be shown. `fetch` reads the rows of subjects, as far as
    they are in the list. `keep` says whether a row is found.
    """

    kind: str | None
    query: SearchQuery
    pace: Pace
    walk: Walk[T | None]
    fetch: Callable[[Iterable[str]], Iterator[tuple[str, T]]]
    keep: Callable[[T], bool]

    def page(self, start: Position, *, limit: int, descending: bool) -> Page[T]:
        """The page after a position. Its total is known where the index named the rows."""
        walk, found = self._plan(limit)
        if found is None:
            return take_page(walk, limit=limit, start=start, keep=self.keep)
        rows = [(key, row) for key, row in self.fetch(found) if self.keep(row)]
        bounds = Bounds(after=start.after, descending=descending)
        return replace(take_page(walk_in_hand(rows, bounds), limit=limit, start=start), total=len(rows))

    def _plan(self, limit: int) -> tuple[Walk[T | None], set[str] | None]:
        """The walk from its beginning, and the subjects whose rows are to be read instead, if any."""
        if self.kind is None or self.query.is_blank:
            return self.walk, None
        index = search_index.WordIndex(self.kind)
        found = self._few(index)
        if found is not None:
            return self.walk, found
        size = self.pace.size
        head = list(islice(self.walk, size))
        whole = chain(head, self.walk)
        hits = sum(row is not None and self.keep(row) for _, row in head)
        if len(head) < size or hits * DENSE >= len(head):
            self.pace.size = _rows_of(limit + 1 - hits, found=hits, among=len(head))
            return whole, None
        return whole, index.candidates(self.query, most=search_index.FEW)

    def _few(self, index: search_index.WordIndex) -> set[str] | None:
        """The subjects of a rare word. The index is not read again for a text whose words were common of late."""
        text, now = (settings.PACKPROD_CLIENT_ID, self.kind or "", self.query.text), time.monotonic()
        if now < _common.get(text, 0.0):
            return None
        found = index.candidates(self.query, most=min(RARE, search_index.FEW), lookups=FIRST_LOOKUPS)
        if found is None:
            if len(_common) >= MOST_COMMON:
                _common.clear()
            _common[text] = now + COMMON_SECONDS
        return found


def search_pace(limit: int, *, drops: bool) -> Pace:
    """The pace of a walk that fills a page of `limit`, and sees whether there is another row. If a search or filter
    drops rows, it reads a quarter more, which often saves another read."""
    return Pace((limit + 1) * 5 // 4, most=LONGEST_READ) if drops else Pace(limit + 1, most=limit + 1)


def _rows_of(number: int, *, found: int, among: int) -> int:
    """In how many rows so many more are to be found, and a quarter more to be sure, if `found` were among others."""
    return min(LONGEST_READ, max(1, number) * among * 5 // (4 * max(1, found)) + 1)
