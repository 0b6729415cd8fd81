"""How far the stream has been read: whether records wait, since when, and whether a process is reading it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from packprod.dynamodb import leases
from packprod.dynamodb.errors import RecordsTrimmed
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import Record, list_shards, open_shard, read_batch
from packprod.readmodels.registry import source

_EMPTY_PAGES = 2


@dataclass(frozen=True, slots=True)
class StreamState:
    """How far the stream has been read. `oldest_unread` is None if all records have been handed over, or if the unread
    ones were dropped (`is_trimmed`)."""

    has_unread: bool
    oldest_unread: datetime | None
    is_trimmed: bool
    has_reader: bool

    def age(self, *, now: datetime) -> timedelta:
        """How long the oldest unread record has waited; zero if there is none."""
        return max(now - self.oldest_unread, timedelta()) if self.oldest_unread else timedelta()


def stream_state(*, now: datetime) -> StreamState:
    """The state of the orders' stream; reads at most one record of each unfinished shard. Raises EngineUnavailable."""
    arn = stream_arn(source().table)
    known = leases.read_leases(arn)
    waiting: list[datetime] = []
    lost = False
    for shard in leases.readable(list_shards(arn), known):
        lease = known.get(shard.shard_id)
        try:
            record = _first_behind(arn, shard.shard_id, lease.checkpoint if lease else None)
        except RecordsTrimmed:
            lost = True
        else:
            waiting += [record.written_at] if record else []
    now_ms = int(now.timestamp() * 1000)
    return StreamState(
        has_unread=bool(waiting) or lost,
        oldest_unread=min(waiting, default=None),
        is_trimmed=lost or any(lease.trimmed for lease in known.values()),
        has_reader=any((lease.expires_at or 0) > now_ms for lease in known.values()),
    )


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
