"""Cuts a walk into pages, in the same way for every list."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from packprod.readmodels.lists.walk import Pace, Position, Walk

T = TypeVar("T")
MAX_EXAMINED = 2_000
ROWS_PER_READ = 500  # when all pages are read


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. `next_position` is None at the end. `total` is set only if it is known without reading more than the
    page. `ended_early` says that so few rows passed the filter that the page was cut short."""

    items: list[T]
    next_position: Position | None
    total: int | None
    ended_early: bool = False


def take_page(
    walk: Walk[T | None],
    *,
    limit: int,
    start: Position,
    keep: Callable[[T], bool] = lambda item: True,
    pace: Pace | None = None,
    most_examined: int | None = None,
) -> Page[T]:
    """The next page of a walk that begins after `start`. An item of None is a row that is gone or cannot be shown.
    The walk's `pace` learns how many of the rows are kept.

    After `most_examined` rows, else MAX_EXAMINED, a page ends early, with a position to continue from, if `keep`
    rejects nearly all.
    """
    most = most_examined or MAX_EXAMINED
    items: list[T] = []
    last = ""
    for examined, (key, item) in enumerate(walk):
        if len(items) == limit or examined == most:
            return Page(items, start.moved_to(last), total=None, ended_early=len(items) < limit)
        last = key
        if item is not None and keep(item):
            items.append(item)
            if pace is not None:
                pace.kept = len(items)
    return Page(items, next_position=None, total=len(items) if start.after is None else None)


def every_item(read: Callable[[int, Position | None], Page[T]]) -> Iterator[T]:
    """All items of a list. `read(limit, position)` returns the page after a position, the first page for None.

    The next page is read while the items of the present one are used, so two pages are in memory at a time.
    """
    with ThreadPoolExecutor(max_workers=1) as ahead:
        page = read(ROWS_PER_READ, None)
        while page.next_position is not None:
            following = ahead.submit(read, ROWS_PER_READ, page.next_position)
            yield from page.items
            page = following.result()
        yield from page.items
