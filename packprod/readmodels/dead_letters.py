"""Stream records that failed every attempt: kept whole, listed, replayed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings

from packprod.dates import format_instant
from packprod.dynamodb.engine_errors import RequestRefused, engine_errors
from packprod.dynamodb.reads import Item, scan_all
from packprod.dynamodb.streams import Record
from packprod.readmodels.projection import project
from packprod.readmodels.tables import DeadLetter

MAX_REASON = 1_000


def bury(record: Record, *, source_id: str, reason: str, now: datetime) -> None:
    """Keeps the record; the same record buried twice is one letter.

    Two large images do not fit one row: such a record is kept without them, as the order is in its own table.
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
        letter.write()
    except RequestRefused:
        letter.record = orjson.dumps(_without_images(record.raw), default=str).decode()
        letter.write()


def _without_images(raw: dict[str, Any]) -> dict[str, Any]:
    change = {name: value for name, value in raw["dynamodb"].items() if name not in ("OldImage", "NewImage")}
    return raw | {"dynamodb": change}


def dead_letters() -> Iterator[Item]:
    """This client's letters. Normally none."""
    return (item for item in scan_all(DeadLetter) if item.get("clientID") == settings.PACKPROD_CLIENT_ID)


def replay(*, now: datetime) -> tuple[set[str], int]:
    """Tries every letter again and drops those that succeed: the buckets now dirty, and how many letters went.

    Raises what the first failing one raises; those before it are done.
    """
    touched: set[str] = set()
    count = 0
    for letter in list(dead_letters()):
        touched |= project([letter["sourceID"]], now=now, force=True)
        with engine_errors():
            DeadLetter(letter["letterID"]).delete()
        count += 1
    return touched, count
