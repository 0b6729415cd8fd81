"""Reads one shard under its lease, and advances the checkpoint after the records have been handed over."""

from collections.abc import Callable

from packprod.dynamodb import leases
from packprod.dynamodb.errors import IteratorExpired, RecordsTrimmed
from packprod.dynamodb.streams import Record, open_shard, read_batch

RECORDS_PER_READ = 500


class ShardReader:
    """Reads one shard of the stream. `finished` is set once the shard has been read to its end."""

    def __init__(self, *, stream_arn: str, shard_id: str, owner: str, clock_ms: Callable[[], int]) -> None:
        self.stream_arn = stream_arn
        self.shard_id = shard_id
        self._owner = owner
        self._clock_ms = clock_ms
        self._iterator: str | None = None
        self._renew_at = 0
        self.finished = False

    def hold(self) -> bool:
        """Takes the lease, or renews it after a third of its time. Returns False while another process holds it."""
        now_ms = self._clock_ms()
        if now_ms < self._renew_at:
            return True
        if not leases.take_or_renew(self.stream_arn, self.shard_id, owner=self._owner, now_ms=now_ms):
            self._iterator, self._renew_at = None, 0
            return False
        self._renew_at = now_ms + leases.LEASE_MILLISECONDS // 3
        return True

    def read(self, hand_over: Callable[[list[Record]], None]) -> int:
        """Reads once, hands the records over, and moves the checkpoint; returns how many records there were.

        Raises ConditionFailed if the lease was lost meanwhile (its new owner reads the records again), RecordsTrimmed
        if records were dropped before they were read.
        """
        try:
            iterator = self._iterator or open_shard(self.stream_arn, self.shard_id, after=self._last_checkpoint())
            batch = read_batch(iterator, limit=RECORDS_PER_READ)
        except IteratorExpired:
            self._iterator = None
            return 0
        except RecordsTrimmed:
            self._iterator = None
            if self._last_checkpoint() is None:
                return 0  # nothing was read yet, so nothing was missed: DynamoDB Local says this of a first record
            leases.mark_trimmed(self.stream_arn, self.shard_id)
            raise
        if batch.records:
            hand_over(batch.records)
        self.finished = batch.next_iterator is None
        if batch.records or self.finished:
            self._checkpoint(batch.records[-1].sequence_number if batch.records else None)
        self._iterator = batch.next_iterator
        return len(batch.records)

    def rewind(self) -> None:
        """Makes the next read start at the checkpoint again."""
        self._iterator, self._renew_at = None, 0

    def release(self) -> None:
        """Gives up the lease, so that another process can continue at once."""
        leases.release(self.stream_arn, self.shard_id, owner=self._owner)

    def _last_checkpoint(self) -> str | None:
        lease = leases.read_leases(self.stream_arn).get(self.shard_id)
        return lease.checkpoint if lease else None

    def _checkpoint(self, sequence_number: str | None) -> None:
        leases.checkpoint(
            self.stream_arn,
            self.shard_id,
            owner=self._owner,
            now_ms=self._clock_ms(),
            sequence_number=sequence_number,
            finished=self.finished,
        )
