"""Stream records that failed every attempt: kept whole, listed, replayed."""

from collections.abc import Iterator
from datetime import datetime

import orjson

from packprod.dates import format_instant
from packprod.dynamodb.reads import Item, scan_all
from packprod.dynamodb.streams import Record
from packprod.readmodels.projection import project
from packprod.readmodels.tables import DeadLetter


def bury(record: Record, *, source_id: str, reason: str, now: datetime) -> None:
    """Keeps the record; the same record buried twice is one letter."""
    DeadLetter(
        record.sequence_number,
        source_id=source_id,
        reason=reason,
        failed_at=format_instant(now),
        record=orjson.dumps(record.raw, default=str).decode(),
    ).write()


def dead_letters() -> Iterator[Item]:
    """Every letter. Normally none."""
    return scan_all(DeadLetter)


def replay(*, now: datetime) -> tuple[set[str], int]:
    """Tries every letter again and drops those that succeed: the buckets now dirty, and how many letters went.

    Raises what the first failing one raises; those before it are done.
    """
    touched: set[str] = set()
    count = 0
    for letter in list(dead_letters()):
        touched |= project([letter["sourceID"]], now=now, force=True)
        DeadLetter(letter["letterID"]).delete()
        count += 1
    return touched, count
