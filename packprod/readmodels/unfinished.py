"""A rebuild that has begun and not ended, as a row in the engine.

A rebuild commits slim rows without marking what they go into dirty, and derives all of that itself at its end. This
row is the one mark for all of it: a rebuild that dies leaves the row, and the next sweep builds anew.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings

from packprod.dynamodb.engine_errors import engine_errors
from packprod.dynamodb.leases import ShardLease
from packprod.dynamodb.reads import scan_all

LEASE_MILLISECONDS = 300_000
_RENEW_AFTER_SECONDS = 30.0


class Rebuild:
    """One run of a rebuild; `renew` from time to time, or it counts as dead after LEASE_MILLISECONDS."""

    def __init__(self, *, now: datetime) -> None:
        self._row_id = _prefix() + uuid.uuid4().hex
        self._began_ms, self._began = int(now.timestamp() * 1000), time.monotonic()
        self._write()

    def renew(self) -> None:
        """Says that this run is alive."""
        if time.monotonic() > self._renewed + _RENEW_AFTER_SECONDS:
            self._write()

    def finish(self) -> None:
        """Everything that was committed has been summed up."""
        _forget(self._row_id)

    def _write(self) -> None:
        self._renewed = time.monotonic()
        now_ms = self._began_ms + int((self._renewed - self._began) * 1000)
        ShardLease(self._row_id, expires_at=now_ms + LEASE_MILLISECONDS).write()


@contextmanager
def unfinished(*, now: datetime) -> Iterator[Rebuild]:
    """The row is there from before the block until it has ended well; whatever ends it otherwise leaves the row."""
    run = Rebuild(now=now)
    yield run
    run.finish()


def running_rebuilds(*, now: datetime) -> tuple[list[str], list[str]]:
    """The rows of runs that are alive, and of those that died."""
    now_ms = int(now.timestamp() * 1000)
    rows = [row for row in scan_all(ShardLease) if row["leaseID"].startswith(_prefix())]
    alive = [row["leaseID"] for row in rows if row.get("expiresAt", 0) >= now_ms]
    return alive, [row["leaseID"] for row in rows if row["leaseID"] not in alive]


def forget(row_ids: list[str]) -> None:
    """After a later rebuild has made up for dead ones."""
    for one in row_ids:
        _forget(one)


def _forget(row_id: str) -> None:
    with engine_errors():
        ShardLease(row_id).delete()


def _prefix() -> str:
    return f"{settings.PACKPROD_CLIENT_ID}#rebuild/"
