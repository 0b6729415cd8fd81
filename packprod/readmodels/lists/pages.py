"""Pages of a walk: the same for every list."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from packprod.readmodels.lists.walk import Position, Walk

T = TypeVar("T")
MAX_EXAMINED = 2_000
ROWS_PER_READ = 500  # where all pages are wanted


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next_position` None at the end; `total` only where it is known without reading more than the page;
    `ended_early` where so few passed the filter that the walk was cut."""

    items: list[T]
    next_position: Position | None
    total: int | None
    ended_early: bool = False


def take_page(
    walk: Walk[T | None], *, limit: int, start: Position, keep: Callable[[T], bool] = lambda item: True
) -> Page[T]:
    """The next page of a walk that begins behind `start`; None in it is a row that is gone or cannot be shown.

    A filter that rejects nearly all ends a page early, with a position to go on from, after MAX_EXAMINED.
    """
    items: list[T] = []
    last = ""
    for examined, (key, item) in enumerate(walk):
        if len(items) == limit or examined == MAX_EXAMINED:
            return Page(items, start.moved_to(last), total=None, ended_early=len(items) < limit)
        last = key
        if item is not None and keep(item):
            items.append(item)
    return Page(items, next_position=None, total=len(items) if start.after is None else None)


def every_item(read: Callable[[int, Position | None], Page[T]]) -> Iterator[T]:
    """The whole list; `read(limit, position)` gives the page behind a position, None for the first.

    Two pages are in memory at a time: the next is read while this one's items are used.
    """
    with ThreadPoolExecutor(max_workers=1) as ahead:
        page = read(ROWS_PER_READ, None)
        while page.next_position is not None:
            following = ahead.submit(read, ROWS_PER_READ, page.next_position)
            yield from page.items
            page = following.result()
        yield from page.items
