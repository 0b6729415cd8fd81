"""Whether the index knows what others have just written.

The consumer puts changes of contacts into it a moment after they are made. That moment matters to whoever makes a
contact, and at once sends an order of it. The embedded engine shows a change in the stream as soon as it is
acknowledged, so there the rest of the stream is read before a contact is taken for new: one call. Amazon allows five
reads a second and shard, which the consumer needs; there the index is as fresh as the consumer, and where nobody
follows the stream it does not pass for fresh.
"""

import threading
import time
from typing import NamedTuple

from django.conf import settings

from customers.contact_index.keys import derived_contact_id, email_of, keys_of
from customers.contact_index.services import contact_changes_index
from customers.contact_index.sweep import is_followed
from customers.tables import Contact
from orders.order import OrderCustomer
from packprod.dates import utc_now
from packprod.dynamodb import leases
from packprod.dynamodb.errors import IteratorExpired, RecordsTrimmed
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import Record, list_shards, open_shard, read_batch
from packprod.dynamodb.writes import must_settle
from packprod.errors import EngineUnavailable

SHARDS_SECONDS = 60.0
FOLLOWED_SECONDS = 5.0
_PAGE = 1_000
_MOST_PAGES = 10


class Sight(NamedTuple):
    """Whether the index has every change made before the look, and whether it may have changed since `since`."""

    is_current: bool
    has_changed: bool


def look_for_changes(*, since: float) -> Sight:
    """Brings the index up to date as far as the engine allows; `since` is when, in monotonic seconds, the caller read
    it. Raises EngineUnavailable."""
    if must_settle():
        return _rest_of_stream().read(since=since)
    return Sight(_has_follower(), has_changed=False)


class _Follower:
    """Whether somebody follows the stream, as of at most FOLLOWED_SECONDS ago."""

    is_there = False
    fresh_until = 0.0


def _has_follower() -> bool:
    if _Follower.fresh_until < time.monotonic():
        _Follower.is_there = is_followed(utc_now())
        _Follower.fresh_until = time.monotonic() + FOLLOWED_SECONDS
    return _Follower.is_there


class RestOfStream:
    """What the stream of the contacts holds that this process has not seen; read by one thread at a time."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._iterators: dict[str, str | None] = {}
        self._after: dict[str, str | None] = {}
        self._shards_until = 0.0
        self._read_at = self._seen_at = float("-inf")
        self._is_current = False

    def read(self, *, since: float) -> Sight:
        """Reads to the end and puts what is new into the index. A thread that has waited for another one's reading that
        began after it came needs none of its own."""
        came = time.monotonic()
        with self._reading:
            if self._read_at < came:
                began = time.monotonic()
                self._is_current = self._read_all()
                self._read_at = began
            return Sight(self._is_current, has_changed=self._seen_at >= since)

    def _read_all(self) -> bool:
        """Whether the end of every shard was reached."""
        try:
            self._find_shards()
            return all(self._read_shard(shard_id) for shard_id in self._iterators)
        except RecordsTrimmed:
            self._after.clear()
            self._reopen()
        except (IteratorExpired, EngineUnavailable):
            self._reopen()
        return False

    def _reopen(self) -> None:
        self._iterators.clear()
        self._shards_until = 0.0

    def _find_shards(self) -> None:
        """Every shard of the stream, each from where the consumer is."""
        if time.monotonic() < self._shards_until:
            return
        arn = stream_arn(Contact)
        known = leases.read_leases(arn)
        for shard in leases.readable(list_shards(arn), known):
            if shard.shard_id not in self._iterators:
                lease = known.get(shard.shard_id)
                after = self._after.get(shard.shard_id) or (lease.checkpoint if lease else None)
                self._iterators[shard.shard_id] = open_shard(arn, shard.shard_id, after=after)
        self._shards_until = time.monotonic() + SHARDS_SECONDS

    def _read_shard(self, shard_id: str) -> bool:
        for _ in range(_MOST_PAGES):
            iterator = self._iterators[shard_id]
            if iterator is None:  # closed, and read to its end
                return True
            batch = read_batch(iterator, limit=_PAGE)
            self._take_in(batch.records)
            if batch.records:
                self._after[shard_id] = batch.records[-1].sequence_number
            self._iterators[shard_id] = batch.next_iterator
            if len(batch.records) < _PAGE:
                return True
        return False

    def _take_in(self, records: list[Record]) -> None:
        others = [record for record in records if not _is_our_own(record)]
        if others:
            contact_changes_index(others)
            self._seen_at = time.monotonic()


def _is_our_own(record: Record) -> bool:
    """Whether a contact is new and has the id that we derive: an import made it, and its entries with it; or whether
    nothing changes by which it is found."""
    if not record.has_both_images or record.new is None:
        return False
    if record.old is None:
        customer = OrderCustomer(
            name="", email=email_of(record.new), company="", phone=str(record.new.get("phone", ""))
        )
        return bool(record.new["contactID"] == derived_contact_id(customer))
    return keys_of(record.old) == keys_of(record.new)


_rest_by_client: dict[str, RestOfStream] = {}


def _rest_of_stream() -> RestOfStream:
    return _rest_by_client.setdefault(settings.PACKPROD_CLIENT_ID, RestOfStream())
