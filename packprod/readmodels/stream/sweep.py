"""Finds the dirty buckets, among them those whose wake-up was lost. It only reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from packprod.dates import format_instant, parse_instant
from packprod.dynamodb.reads import Item, Partition, Range, query_all, query_page
from packprod.readmodels.registry import summary_bucket
from packprod.readmodels.tables import Derivation

MOST_COUNTED = 1_000


def dirty_buckets(*, before: datetime | None = None, now: datetime) -> Iterator[str]:
    """The ids of the dirty buckets; with `before`, of those that became dirty before that instant, or after `now`.

    A mark dated in the future was made by a worker whose clock is ahead. When that was is not known, so it counts as
    old. Reads only what it returns, oldest first, those of the future last.
    """
    ranges: list[Range | None] = [None] if before is None else [_earlier(before), _later(now)]
    for one in ranges:
        yield from (str(item["derivationID"]) for item in query_all(_dirty(one)) if _is_ours(item))


@dataclass(frozen=True, slots=True)
class DirtyState:
    """How many buckets are dirty, counted up to MOST_COUNTED, and since when the oldest one is. `newest` is the date of
    the newest mark; if that lies in the future, some worker's clock is ahead."""

    count: int
    oldest: datetime | None
    newest: datetime | None = None

    def ahead(self, *, now: datetime) -> timedelta:
        """How far the clock of a worker is ahead of ours, as far as the marks show."""
        return max((self.newest or now) - now, timedelta())


def dirty_state() -> DirtyState:
    """The dirty state, whatever the dates of the marks: a query, two if there are any. Raises EngineUnavailable."""
    items = list(filter(_is_ours, query_page(_dirty(), limit=MOST_COUNTED).items))
    if not items:
        return DirtyState(0, None)
    newest = query_page(_dirty(descending=True), limit=1).items or items
    return DirtyState(len(items), _since(items[0]), _since(newest[0]))


def _is_ours(item: Item) -> bool:
    """Whether the program still has the read model; the release before may have left marks for one that it had."""
    return summary_bucket(item["derivationID"]) is not None


def _since(item: Item) -> datetime:
    return parse_instant(item["dirtySince"])


def _earlier(instant: datetime) -> Range:
    return Range("dirtySince", "<", format_instant(instant))


def _later(instant: datetime) -> Range:
    return Range("dirtySince", ">", format_instant(instant))


def _dirty(of: Range | None = None, *, descending: bool = False) -> Partition:
    return Partition(
        Derivation,
        index="dirty-index",
        hash=("dirtyClient", settings.PACKPROD_CLIENT_ID),
        range=of,
        descending=descending,
        attributes=("derivationID", "dirtySince"),
    )
