"""Reads all shards of one table's stream that this process can lease, each for itself."""

import time
from collections.abc import Callable
from datetime import datetime

import structlog

from packprod.dynamodb import leases
from packprod.dynamodb.errors import ConditionFailed, RecordsTrimmed, ShardMissing, engine_words
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import Record, list_shards
from packprod.dynamodb.tables import Table
from packprod.errors import EngineUnavailable
from packprod.readmodels.stream.shard_reader import ShardReader

SHARD_REFRESH_SECONDS = 10
log = structlog.get_logger(__name__)


class TableReader:
    """Reads the stream of `table` and hands its records over. `clock` returns the present instant."""

    def __init__(
        self,
        table: type[Table],
        *,
        owner: str,
        clock: Callable[[], datetime],
        hand_over: Callable[[list[Record]], None],
    ) -> None:
        self._table = table
        self._owner = owner
        self._clock = clock
        self._hand_over = hand_over
        self._readers: dict[str, ShardReader] = {}
        self._refresh_at = 0.0

    def step(self) -> int:
        """Reads each shard once; returns how many records were read.

        A shard that fails does not hold up the others. Raises EngineUnavailable if the shards cannot be listed, or if
        not one of those that were tried could be read.
        """
        self._refresh_shards()
        tried = [reader for reader in list(self._readers.values()) if not reader.is_resting]
        results = [self._read(reader) for reader in tried]
        failures = [one for one in results if isinstance(one, Exception)]
        if failures and len(failures) == len(tried):
            self._engine_is_away(failures)
        return sum(one for one in results if isinstance(one, int))

    def close(self) -> None:
        """Gives up the leases."""
        for reader in self._readers.values():
            reader.release()
        self._readers.clear()

    def _refresh_shards(self) -> None:
        if time.monotonic() < self._refresh_at:
            return
        arn = stream_arn(self._table)
        known = leases.read_leases(arn)  # before the shards: one leased in between must not look dropped
        shards = list_shards(arn)
        for shard_id in leases.vanished(shards, known):
            log.critical("a stream shard was dropped before it was read to its end", shard=shard_id)
            leases.mark_trimmed(arn, shard_id, finished=True)
        if not known and shards and leases.follows_another_stream(arn):
            log.critical("the stream was switched off and on again: a rebuild is due", table=self._table.engine_name())
            leases.mark_trimmed(arn, shards[0].shard_id)
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

    def _read(self, reader: ShardReader) -> int | Exception:
        """Reads a shard once; returns how many records there were, or why it could not be read."""
        try:
            count = reader.read(self._hand_over) if reader.hold() else 0
        except ConditionFailed:
            log.warning("stream lease lost", shard=reader.shard_id)
            reader.rewind()
            return 0
        except RecordsTrimmed:
            log.critical("stream records were trimmed before they were read", shard=reader.shard_id)
            return 0
        except EngineUnavailable as exc:
            return self._failed(reader, exc)
        except Exception as exc:
            log.exception("reading a stream shard failed", shard=reader.shard_id)
            return self._failed(reader, exc)
        reader.succeeded()
        if reader.finished:
            self._refresh_at = 0.0
        return count

    def _failed(self, reader: ShardReader, exc: Exception) -> Exception:
        reader.failed(exc)
        if reader.finished:
            self._refresh_at = 0.0
        return exc

    def _engine_is_away(self, failures: list[Exception]) -> None:
        """Raises EngineUnavailable for failures of all shards. If the engine did not even answer, no shard is to blame,
        and each is tried again as soon as it does."""
        for exc in failures:
            if isinstance(exc, EngineUnavailable):
                if not engine_words(exc) and not isinstance(exc, ShardMissing):
                    for reader in self._readers.values():
                        reader.succeeded()
                raise exc
