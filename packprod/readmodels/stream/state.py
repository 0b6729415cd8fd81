"""How far the stream has been read: whether records wait, since when, and whether a process is reading it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from packprod.dynamodb import leases
from packprod.dynamodb.errors import RecordsTrimmed, engine_code
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import Record, list_shards, open_shard, read_batch
from packprod.errors import EngineUnavailable
from packprod.readmodels.registry import source

_EMPTY_PAGES = 2


@dataclass(frozen=True, slots=True)
class StreamState:
    """How far the stream has been read. `oldest_unread` is None if all records have been handed over, or if the unread
    ones were dropped (`is_trimmed`). `failing` are the shards that cannot be read now, each with the engine's reason;
    what is in them counts as unread. `is_clock_ahead` says that the reader's clock is ahead of ours."""

    has_unread: bool
    oldest_unread: datetime | None
    is_trimmed: bool
    has_reader: bool
    failing: Mapping[str, str] = field(default_factory=dict)
    is_clock_ahead: bool = False

    def age(self, *, now: datetime) -> timedelta:
        """How long the oldest unread record has waited; zero if there is none."""
        return max(now - self.oldest_unread, timedelta()) if self.oldest_unread else timedelta()


def stream_state(*, now: datetime) -> StreamState:
    """The state of the orders' stream; reads at most one record of each unfinished shard. Raises EngineUnavailable."""
    arn = stream_arn(source().table)
    known = leases.read_leases(arn)
    shards = leases.readable(list_shards(arn), known)
    looks = {one.shard_id: _look(arn, one.shard_id, known.get(one.shard_id)) for one in shards}
    waiting = [one for one in looks.values() if isinstance(one, datetime)]
    failing = {shard_id: one for shard_id, one in looks.items() if isinstance(one, str)}
    lost = any(one is RecordsTrimmed for one in looks.values())
    now_ms = int(now.timestamp() * 1000)
    return StreamState(
        has_unread=bool(waiting or failing) or lost,
        oldest_unread=min(waiting, default=None),
        is_trimmed=lost or any(lease.trimmed for lease in known.values()),
        has_reader=any((lease.expires_at or 0) > now_ms for lease in known.values()),
        failing=failing,
        is_clock_ahead=any(lease.is_ahead(now_ms=now_ms) for lease in known.values()),
    )


def _look(arn: str, shard_id: str, lease: leases.LeaseView | None) -> datetime | str | type[RecordsTrimmed] | None:
    """When the first unread record of a shard was written, None if there is none; RecordsTrimmed if such records were
    dropped; the engine's reason if it does not let the shard be read. Raises EngineUnavailable if it is away."""
    try:
        record = _first_behind(arn, shard_id, lease.checkpoint if lease else None)
    except RecordsTrimmed:
        return RecordsTrimmed
    except EngineUnavailable as exc:
        if not engine_code(exc):
            raise
        return engine_code(exc)
    return record.written_at if record else None


def _first_behind(arn: str, shard_id: str, checkpoint: str | None) -> Record | None:
    iterator: str | None = open_shard(arn, shard_id, after=checkpoint)
    for _ in range(_EMPTY_PAGES):
        if iterator is None:
            return None
        batch = read_batch(iterator, limit=1)
        if batch.records:
            return batch.records[0]
        iterator = batch.next_iterator
    return None
