"""Dead letters: stream records that failed every attempt, kept whole until they are replayed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
import structlog
from django.conf import settings

from packprod.dates import format_instant
from packprod.dynamodb.errors import RequestRefused
from packprod.dynamodb.reads import Item, scan_all
from packprod.dynamodb.streams import Record
from packprod.dynamodb.writes import delete, put, update, write
from packprod.errors import EngineUnavailable
from packprod.readmodels.projection import project
from packprod.readmodels.tables import DeadLetter

MAX_REASON = 1_000
log = structlog.get_logger(__name__)


def bury(record: Record, *, source_id: str, reason: str, now: datetime) -> None:
    """Keeps the record as a dead letter; the same record buried twice is one letter.

    Two large images may not fit one row. Such a record is kept without them, as the order is in its own table anyway.
    """
    client_id = settings.PACKPROD_CLIENT_ID
    letter = DeadLetter(
        f"{client_id}#{record.sequence_number}",
        client_id=client_id,
        source_id=source_id,
        reason=reason[:MAX_REASON],
        failed_at=format_instant(now),
        record=orjson.dumps(record.raw, default=str).decode(),
    )
    try:
        write(put(letter))
    except RequestRefused:
        letter.record = orjson.dumps(_without_images(record.raw), default=str).decode()
        write(put(letter))


def _without_images(raw: dict[str, Any]) -> dict[str, Any]:
    change = {name: value for name, value in raw["dynamodb"].items() if name not in ("OldImage", "NewImage")}
    return raw | {"dynamodb": change}


def dead_letters() -> Iterator[Item]:
    """This client's letters without their records; normally there are none."""
    letters = scan_all(DeadLetter, attributes=("letterID", "clientID", "sourceID", "reason", "failedAt"))
    return (item for item in letters if item.get("clientID") == settings.PACKPROD_CLIENT_ID)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: the buckets that are dirty now, how many letters succeeded, and why others failed, by id."""

    touched: frozenset[str] = frozenset()
    count: int = 0
    failures: Mapping[str, str] = field(default_factory=dict)


def replay(*, now: datetime, letter_id: str | None = None) -> Replayed:
    """Tries every letter again, or only the one with this id, and deletes those that succeed.

    A letter that fails again is kept with its new reason; the others go on. Raises EngineUnavailable.
    """
    replayed = Replayed()
    for letter in list(dead_letters()):
        if letter_id in (None, letter["letterID"]):
            replayed = _replay_one(letter, replayed, now=now)
    return replayed


def _replay_one(letter: Item, replayed: Replayed, *, now: datetime) -> Replayed:
    row = DeadLetter(letter["letterID"])
    try:
        touched = project([letter["sourceID"]], now=now, force=True)
    except EngineUnavailable:
        raise
    except Exception as exc:
        log.exception("a dead letter failed again", letter=letter["letterID"])
        reason = f"{type(exc).__name__}: {exc}"[:MAX_REASON]
        actions = [DeadLetter.reason.set(reason), DeadLetter.failed_at.set(format_instant(now))]
        write(update(row, actions=actions))
        return replace(replayed, failures={**replayed.failures, letter["letterID"]: reason})
    write(delete(row))
    return replace(replayed, touched=replayed.touched | touched, count=replayed.count + 1)
