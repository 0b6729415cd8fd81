"""Reads one shard under its lease, and advances the checkpoint after the records have been handed over.

A shard that cannot be read concerns nobody else: it is tried again later and later, and an alarm is raised.
"""

import time
from collections.abc import Callable

import structlog

from packprod.dynamodb import leases
from packprod.dynamodb.errors import IteratorExpired, RecordsTrimmed, ShardMissing, engine_words
from packprod.dynamodb.streams import Record, open_shard, read_batch
from packprod.errors import PackProdError
from packprod.observability import metrics

RECORDS_PER_READ = 500
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0
ALARM_EVERY_SECONDS = 60.0
MOST_TRIMS = 20  # of a shard that was never read
GIVE_UP_SECONDS = 60.0
log = structlog.get_logger(__name__)


class ShardReader:
    """Reads one shard of the stream. `finished` is set once the shard has been read to its end."""

    def __init__(self, *, stream_arn: str, shard_id: str, owner: str, clock_ms: Callable[[], int]) -> None:
        self.stream_arn = stream_arn
        self.shard_id = shard_id
        self._owner = owner
        self._clock_ms = clock_ms
        self._iterator: str | None = None
        self._read_to: str | None = None
        self._renew_at = 0
        self._others = _Watch()
        self._trouble: _Trouble | None = None
        self._trims = 0
        self.finished = False

    # --- The lease ---------------------------------------------------------------------------------------------------

    def hold(self) -> bool:
        """Takes the lease, or renews it after a third of its time. Returns False while another process holds it."""
        now_ms, third = self._clock_ms(), leases.LEASE_MILLISECONDS // 3
        if self._renew_at - third <= now_ms < self._renew_at:
            return True
        abandoned = self._others.abandoned()
        if not leases.take_or_renew(
            self.stream_arn,
            self.shard_id,
            owner=self._owner,
            now_ms=now_ms,
            abandoned=abandoned,
            read_to=self._read_to,
        ):
            self.rewind()
            self._others.look(self.stream_arn, self.shard_id)
            return False
        self._renew_at = now_ms + third
        return True

    def rewind(self) -> None:
        """Makes the next read start at the checkpoint again."""
        self._iterator, self._read_to, self._renew_at = None, None, 0

    def release(self) -> None:
        """Gives up the lease, so that another process can continue at once."""
        leases.release(self.stream_arn, self.shard_id, owner=self._owner)

    # --- Reading -----------------------------------------------------------------------------------------------------

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
            self._iterator = self._read_to = None
            if self._last_checkpoint() is None:
                return self._trimmed_unread()
            leases.mark_trimmed(self.stream_arn, self.shard_id)
            raise
        self._trims = 0
        if batch.records:
            hand_over(batch.records)
        self.finished = batch.next_iterator is None
        if batch.records or self.finished:
            self._checkpoint(batch.records[-1].sequence_number if batch.records else None)
        self._iterator = batch.next_iterator
        return len(batch.records)

    def _trimmed_unread(self) -> int:
        """Nothing was read yet, so nothing was missed: DynamoDB Local says this of a first record. Raises ShardMissing
        if the engine goes on saying it."""
        self._trims += 1
        if self._trims > MOST_TRIMS:
            raise ShardMissing("The oldest record of the shard is trimmed each time it is opened.")
        return 0

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
        self._read_to = sequence_number or self._read_to

    # --- Trouble -----------------------------------------------------------------------------------------------------

    @property
    def is_resting(self) -> bool:
        """Whether the shard failed so recently that it is not tried yet."""
        return self._trouble is not None and time.monotonic() < self._trouble.next_try

    def failed(self, exc: Exception) -> None:
        """Notes a failed attempt: raises the alarm now and then, and gives up a shard that the engine no longer knows.

        Such a shard counts as dropped before it was read: its children are read, and a rebuild is due.
        """
        self.rewind()
        self._trouble = (self._trouble or _Trouble()).again()
        metrics.SHARD_FAILURES.inc()
        if self._trouble.is_alarm_due():
            words = engine_words(exc) if isinstance(exc, PackProdError) else ""
            log.error(
                "a stream shard cannot be read; the others go on",
                shard=self.shard_id,
                attempts=self._trouble.attempts,
                reason=words or type(exc).__name__,
            )
        if isinstance(exc, ShardMissing) and self._trouble.has_lasted(GIVE_UP_SECONDS):
            log.critical("a stream shard is missing: giving it up, a rebuild is due", shard=self.shard_id)
            leases.mark_trimmed(self.stream_arn, self.shard_id, finished=True)
            self.finished = True

    def succeeded(self) -> None:
        """Notes that the shard can be read."""
        self._trouble = None


class _Trouble:
    """How often a shard failed in a row, since when, and when it is tried again; in monotonic seconds."""

    def __init__(self) -> None:
        self.attempts = 0
        self.next_try = 0.0
        self._since = time.monotonic()
        self._alarm_at = 0.0

    def again(self) -> "_Trouble":
        """One more failure: the pause doubles."""
        self.attempts += 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (self.attempts - 1), LONGEST_PAUSE_SECONDS)
        self.next_try = time.monotonic() + pause
        return self

    def is_alarm_due(self) -> bool:
        """True at first, and then every ALARM_EVERY_SECONDS."""
        due = time.monotonic() >= self._alarm_at
        self._alarm_at = time.monotonic() + ALARM_EVERY_SECONDS if due else self._alarm_at
        return due

    def has_lasted(self, seconds: float) -> bool:
        """Whether the first of these failures is so long ago."""
        return time.monotonic() - self._since >= seconds


class _Watch:
    """Watches a lease that another process holds. One that nobody renews for longer than it lasts is abandoned; that
    is judged by our own clock alone, as the owner's may have been ahead."""

    def __init__(self) -> None:
        self._seen: leases.Holding | None = None
        self._since = self._look_at = 0.0

    def look(self, stream_arn: str, shard_id: str) -> None:
        """Looks at the lease, at most once a second."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + 1.0
        found = leases.holding(stream_arn, shard_id)
        if found != self._seen:
            self._seen, self._since = found, now

    def abandoned(self) -> leases.Holding | None:
        """The holding that has not changed for a lease's time; None while there is none."""
        has_stood = time.monotonic() - self._since > leases.LEASE_MILLISECONDS / 1000
        return self._seen if has_stood else None
