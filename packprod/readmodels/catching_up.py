"""Whether every change in the stream has reached the read models, and a way to make it so without workers."""

from collections.abc import Callable
from datetime import datetime, timedelta

from packprod.dynamodb import leases
from packprod.dynamodb.engine_errors import RecordsTrimmed
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import list_shards, open_shard, read_batch
from packprod.readmodels.consumer import Consumer
from packprod.readmodels.registry import source
from packprod.readmodels.summary import summarise_upward
from packprod.readmodels.sweep import dirty_buckets

_EMPTY_PAGES = 2


def is_caught_up(*, now: datetime) -> bool:
    """True when no shard has records behind its checkpoint and no bucket is dirty."""
    return not _has_waiting_records() and next(dirty_buckets(before=_after(now)), None) is None


def _has_waiting_records() -> bool:
    arn = stream_arn(source().table)
    known = leases.read_leases(arn)
    return any(
        _has_records(arn, shard.shard_id, known[shard.shard_id].checkpoint if shard.shard_id in known else None)
        for shard in leases.readable(list_shards(arn), known)
    )


def _has_records(arn: str, shard_id: str, checkpoint: str | None) -> bool:
    try:
        iterator: str | None = open_shard(arn, shard_id, after=checkpoint)
        for _ in range(_EMPTY_PAGES):
            if iterator is None:
                return False
            batch = read_batch(iterator, limit=1)
            if batch.records:
                return True
            iterator = batch.next_iterator
    except RecordsTrimmed:
        return True
    return False


def catch_up(*, clock: Callable[[], datetime], progress: Callable[[int], object] = lambda count: None) -> None:
    """Consumes the stream to its end, then summarises every dirty bucket once, in this process.

    For commands that run while nothing else does, and for tests; beside running workers it is merely redundant.
    """
    consumer = Consumer(owner="catch-up", clock=clock, send=_dropped)
    quiet = 0
    while quiet < _EMPTY_PAGES:
        count = consumer.step()
        progress(count)
        quiet = 0 if count else quiet + 1
    consumer.close()
    summarise_upward(dirty_buckets(before=_after(clock())), now=clock())


def _dropped(summary_ids: list[str]) -> None:
    """No wake-up is needed where every dirty mark is worked off at the end."""


def _after(now: datetime) -> datetime:
    """Marks made this very second count."""
    return now + timedelta(minutes=1)
