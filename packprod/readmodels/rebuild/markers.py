"""Markers of rebuilds that have begun and not ended, as rows in the engine.

A rebuild commits projection rows without marking the summaries that they feed, because it derives those itself at the
end. Its marker stands for all those marks: a rebuild that dies leaves it behind, and then another rebuild is due.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.leases import ShardLease
from packprod.dynamodb.reads import scan_all
from packprod.dynamodb.tables import EngineMeta, IntegerAttribute, Table, prefixed
from packprod.dynamodb.writes import delete, put, write

ALIVE_MILLISECONDS = 120_000  # until another rebuild is due, summaries may lack what a dead one left unmarked
_RENEW_AFTER_SECONDS = 30.0


class RebuildMarker(Table):
    """One row per rebuild that has not ended. After `expires_at`, in milliseconds since 1970, the rebuild is dead."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-rebuilds")

    rebuild_id = UnicodeAttribute(hash_key=True, attr_name="rebuildID")
    client_id = UnicodeAttribute(attr_name="clientID")
    expires_at = IntegerAttribute(attr_name="expiresAt")


class Rebuild:
    """A rebuild that is under way. Call `renew` from time to time: after ALIVE_MILLISECONDS it counts as dead."""

    def __init__(self, *, now: datetime) -> None:
        self._rebuild_id = f"{settings.PACKPROD_CLIENT_ID}#{uuid.uuid4().hex}"
        self._began_ms, self._began = int(now.timestamp() * 1000), time.monotonic()
        self._write()

    def renew(self) -> None:
        """Extends the marker's time, at most every 30 seconds."""
        if time.monotonic() > self._renewed + _RENEW_AFTER_SECONDS:
            self._write()

    def finish(self) -> None:
        """Removes the marker; call it once everything that was committed has been summarised."""
        forget([self._rebuild_id])

    def _write(self) -> None:
        self._renewed = time.monotonic()
        expires_at = self._began_ms + int((self._renewed - self._began) * 1000) + ALIVE_MILLISECONDS
        write(put(RebuildMarker(self._rebuild_id, client_id=settings.PACKPROD_CLIENT_ID, expires_at=expires_at)))


@contextmanager
def marked(*, now: datetime) -> Iterator[Rebuild]:
    """Wraps a rebuild with its marker, which is removed at the end. If the block raises, the marker stays."""
    run = Rebuild(now=now)
    yield run
    run.finish()


def unfinished_rebuilds(*, now: datetime) -> tuple[list[str], list[str]]:
    """The ids of this client's rebuilds that are under way, and the ids of those that died."""
    now_ms = int(now.timestamp() * 1000)
    expiries = _expiries()
    latest = now_ms + 2 * ALIVE_MILLISECONDS  # one that claims to live longer was written by a clock that was ahead
    alive = [one for one, expires_at in expiries.items() if now_ms <= expires_at <= latest]
    return alive, [one for one in expiries if one not in alive]


def forget(rebuild_ids: list[str]) -> None:
    """Removes markers. Do so for a dead rebuild only after a later one has been completed."""
    for one in rebuild_ids:
        write(delete(ShardLease(one) if one.startswith(_former_prefix()) else RebuildMarker(one)))


def _expiries() -> dict[str, int]:
    """When each of this client's markers expires, by the rebuild's id.

    Releases without this table kept the markers among the shard leases, where that of a rebuild that died before the
    upgrade still is.
    """
    rows = (row for row in scan_all(RebuildMarker) if row["clientID"] == settings.PACKPROD_CLIENT_ID)
    former = (row for row in scan_all(ShardLease) if row["leaseID"].startswith(_former_prefix()))
    expiries = {row["rebuildID"]: int(row["expiresAt"]) for row in rows}
    return expiries | {row["leaseID"]: int(row.get("expiresAt", 0)) for row in former}


def _former_prefix() -> str:
    return f"{settings.PACKPROD_CLIENT_ID}#rebuild/"
