"""The stream consumer: projects each changed order, writes the journals, and wakes workers for the touched summaries.

A crash loses nothing. The checkpoint moves only after the projection rows and dirty marks are committed and the
journals are written; the sweep finds summaries whose wake-up was lost.
"""

import time
from collections.abc import Callable
from datetime import datetime

import structlog

from packprod.dynamodb import leases
from packprod.dynamodb.errors import ConditionFailed, RecordsTrimmed
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import Record, list_shards
from packprod.errors import EngineUnavailable
from packprod.readmodels.projection import project
from packprod.readmodels.registry import source
from packprod.readmodels.stream.dead_letters import bury
from packprod.readmodels.stream.journal import write_journal
from packprod.readmodels.stream.shard_reader import ShardReader
from packprod.readmodels.stream.wakeups import Wakeups

MAX_ATTEMPTS = 5
SHARD_REFRESH_SECONDS = 10
log = structlog.get_logger(__name__)


class Consumer:
    """Reads every shard that it can lease. `clock` returns the present instant, `send` wakes workers for buckets."""

    def __init__(self, *, owner: str, clock: Callable[[], datetime], send: Callable[[list[str]], None]) -> None:
        self._owner = owner
        self._clock = clock
        self._wakeups = Wakeups(send)
        self._readers: dict[str, ShardReader] = {}
        self._refresh_at = 0.0

    def step(self) -> int:
        """Reads each shard once; returns how many records were read. Raises EngineUnavailable."""
        self._refresh_shards()
        count = sum(self._read(reader) for reader in list(self._readers.values()))
        self._wakeups.flush(now=time.monotonic())
        return count

    @property
    def idle(self) -> bool:
        """Whether no wake-up is waiting to be sent."""
        return self._wakeups.pending == 0

    def close(self) -> None:
        """Gives up the leases."""
        for reader in self._readers.values():
            reader.release()
        self._readers.clear()

    def _refresh_shards(self) -> None:
        if time.monotonic() < self._refresh_at:
            return
        arn = stream_arn(source().table)
        known = leases.read_leases(arn)  # before the shards: one leased in between must not look dropped
        shards = list_shards(arn)
        for shard_id in leases.vanished(shards, known):
            log.critical("a stream shard was dropped before it was read to its end", shard=shard_id)
            leases.mark_trimmed(arn, shard_id, finished=True)
        self._readers = {
            shard.shard_id: self._readers.get(shard.shard_id) or self._reader(arn, shard.shard_id)
            for shard in leases.readable(shards, known)
        }
        self._refresh_at = time.monotonic() + SHARD_REFRESH_SECONDS

    def _reader(self, arn: str, shard_id: str) -> ShardReader:
        return ShardReader(
            stream_arn=arn,
            shard_id=shard_id,
            owner=self._owner,
            clock_ms=lambda: int(self._clock().timestamp() * 1000),
        )

    def _read(self, reader: ShardReader) -> int:
        try:
            count = reader.read(self._hand_over) if reader.hold() else 0
        except ConditionFailed:
            log.warning("stream lease lost", shard=reader.shard_id)
            reader.rewind()
            return 0
        except EngineUnavailable:
            reader.rewind()
            raise
        except RecordsTrimmed:
            log.critical("stream records were trimmed before they were read", shard=reader.shard_id)
            return 0
        if reader.finished:
            self._refresh_at = 0.0
        return count

    def _hand_over(self, records: list[Record]) -> None:
        now = self._clock()
        ours = [record for record in records if any(source().owned(image) for image in record.images)]
        try:
            touched = project(map(source_id, ours), now=now)
        except EngineUnavailable:
            raise
        except Exception:
            log.exception("projecting a batch failed; trying its records one by one")
            touched = self._one_by_one(ours)
        self._wakeups.add(touched, now=time.monotonic())
        write_journal(ours)

    def _one_by_one(self, records: list[Record]) -> set[str]:
        touched: set[str] = set()
        for record in records:
            touched |= self._project_or_bury(record)
        return touched

    def _project_or_bury(self, record: Record) -> set[str]:
        reason = ""
        for attempt in range(MAX_ATTEMPTS):
            try:
                # By force: what the batch committed before it failed must wake its summaries, too.
                return project([source_id(record)], now=self._clock(), force=True)
            except EngineUnavailable:
                raise
            except Exception as exc:  # noqa: BLE001 - whatever it is, the neighbours must go on
                reason = f"{type(exc).__name__}: {exc}"
                time.sleep(0.02 * 2**attempt)
        log.error("stream record buried", source_id=source_id(record), sequence=record.sequence_number)
        bury(record, source_id=source_id(record), reason=reason, now=self._clock())
        return set()


def source_id(record: Record) -> str:
    """The key of the source row that a record is about."""
    return str(record.images[0][source().table.key_names()[0]])
