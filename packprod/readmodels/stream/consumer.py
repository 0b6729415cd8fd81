"""The stream consumer: projects each changed order, writes the journals, and wakes workers for the touched summaries.

A crash loses nothing. The checkpoint moves only after the projection rows and dirty marks are committed and the
journals are written; the sweep finds summaries whose wake-up was lost.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog

from packprod.dynamodb.streams import Record
from packprod.errors import EngineUnavailable
from packprod.readmodels.projection import project
from packprod.readmodels.registry import source
from packprod.readmodels.stream.dead_letters import bury
from packprod.readmodels.stream.followed import FollowedTable, followed_tables
from packprod.readmodels.stream.journal import write_journal
from packprod.readmodels.stream.table_reader import TableReader
from packprod.readmodels.stream.wakeups import Wakeups

MAX_ATTEMPTS = 5
OUTAGE_PAUSE_SECONDS = 10.0
log = structlog.get_logger(__name__)


class Consumer:
    """Reads every shard that it can lease. `clock` returns the present instant, `send` wakes workers for buckets.

    Without `paced`, the followed tables are read at each step, as commands and tests need it.
    """

    def __init__(
        self,
        *,
        owner: str,
        clock: Callable[[], datetime],
        send: Callable[[list[str]], None],
        paced: bool = True,
    ) -> None:
        self._clock = clock
        self._wakeups = Wakeups(send)
        self._orders = TableReader(source().table, owner=owner, clock=clock, hand_over=self._hand_over)
        self._followed = [
            _Followed(
                one,
                TableReader(one.table, owner=owner, clock=clock, hand_over=partial(self._followed_changed, one)),
                pause=one.pause if paced else 0.0,
            )
            for one in followed_tables()
        ]

    def step(self) -> int:
        """Reads each shard once; returns how many records of orders were read. Raises EngineUnavailable."""
        count = self._orders.step()
        self.step_followed()
        self._wakeups.flush(now=time.monotonic())
        return count

    def step_followed(self) -> int:
        """Reads the shards of the followed tables that are due; returns how many records were read."""
        return sum(followed.step() for followed in self._followed)

    @property
    def idle(self) -> bool:
        """Whether no wake-up is waiting to be sent."""
        return self._wakeups.pending == 0

    def close(self) -> None:
        """Gives up the leases."""
        for reader in (self._orders, *(followed.reader for followed in self._followed)):
            reader.close()

    def _followed_changed(self, followed: FollowedTable, records: list[Record]) -> None:
        try:
            touched = followed.changed(records, self._clock())
        except EngineUnavailable:
            raise
        except Exception:
            log.exception("changes of a followed table were not worked off", table=followed.table.engine_name())
            return
        self._wakeups.add(touched, now=time.monotonic())

    def _hand_over(self, records: list[Record]) -> None:
        now = self._clock()
        ours = list(filter(is_candidate, records))
        try:
            touched = project(map(source_id, ours), now=now, wakes=True)
        except EngineUnavailable:
            raise
        except Exception:
            log.exception("projecting a batch failed; trying its records one by one")
            touched = self._one_by_one(ours)
        self._wakeups.add(touched, now=time.monotonic(), records=len(records))
        write_journal(record for record in ours if record.has_both_images)

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


def is_candidate(record: Record) -> bool:
    """Whether a record may be about an order of this client. Without both images only the order's row can tell."""
    return not record.has_both_images or any(source().owned(image) for image in record.images)


def source_id(record: Record) -> str:
    """The key of the source row that a record is about."""
    return record.key_value(source().table.key_names()[0])


class _Followed:
    """A followed table with its reader: when it is read next, in monotonic seconds."""

    def __init__(self, followed: FollowedTable, reader: TableReader, *, pause: float) -> None:
        self.reader = reader
        self._followed = followed
        self._pause = pause
        self._next = 0.0

    def step(self) -> int:
        """Reads once if the pause is over; returns how many records were read. An outage is only logged."""
        if time.monotonic() < self._next:
            return 0
        try:
            count = self.reader.step()
        except EngineUnavailable as exc:
            log.warning("a followed table cannot be read", table=self._followed.table.engine_name(), reason=exc.code)
            self._next = time.monotonic() + OUTAGE_PAUSE_SECONDS
            return 0
        self._next = time.monotonic() + (0.0 if count else self._pause)
        return count
