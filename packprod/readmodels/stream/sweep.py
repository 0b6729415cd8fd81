"""Finds the dirty buckets, among them those whose wake-up was lost. It only reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from packprod.dates import format_instant, parse_instant
from packprod.dynamodb.reads import Partition, Range, query_all, query_page
from packprod.readmodels.tables import Derivation

MOST_COUNTED = 1_000


def dirty_buckets(*, before: datetime) -> Iterator[str]:
    """The ids of the buckets that became dirty before this instant, oldest first; reads only what it returns."""
    for item in query_all(_dirty(before)):
        yield str(item["derivationID"])


@dataclass(frozen=True, slots=True)
class DirtyState:
    """How many buckets are dirty, counted up to MOST_COUNTED, and since when the oldest one is."""

    count: int
    oldest: datetime | None


def dirty_state(*, now: datetime) -> DirtyState:
    """The dirty state now, by one query. Raises EngineUnavailable."""
    items = query_page(_dirty(now + timedelta(minutes=1)), limit=MOST_COUNTED).items
    return DirtyState(len(items), parse_instant(items[0]["dirtySince"]) if items else None)


def _dirty(before: datetime) -> Partition:
    return Partition(
        Derivation,
        index="dirty-index",
        hash=("dirtyClient", settings.PACKPROD_CLIENT_ID),
        range=Range("dirtySince", "<", format_instant(before)),
    )
