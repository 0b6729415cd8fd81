"""Wakes workers for dirty summaries, each at most once per window, so that many changes make one summary.

What is planned is kept in memory only: the dirty marks are in the engine, and the sweep finds what is lost here.
Which summaries are queued is kept in Redis beside the queue, so that none is queued twice.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings
from more_itertools import chunked

from packprod.readmodels.registry import delay_of, queue_of

WINDOW_SECONDS = 0.3
BUCKETS_PER_TASK = 20
QUEUES = ("customers", "celery")
MANY_RECORDS = 200  # in one read: the consumer is behind, and more changes of the same buckets follow
_BEHIND_SECONDS = {"customers": 1.0}  # how much longer a summary waits then, by queue; the others:
_OTHERS_BEHIND_SECONDS = 5.0
_QUEUED_SECONDS = 60  # a wake-up that was lost blocks no other one for longer


class Wakeups:
    """Plans and sends wake-ups. A summary that was quiet is woken at once, or after its read model's delay; what
    follows within WINDOW_SECONDS waits for the end of that window."""

    def __init__(self, send: Callable[[list[str]], None]) -> None:
        self._send = send
        self._due: dict[str, float] = {}
        self._sent: dict[str, float] = {}

    def add(self, buckets: Iterable[str], *, now: float, records: int = 1) -> None:
        """Plans a wake-up for each bucket. `now` is a reading of a monotonic clock, in seconds; `records` is how many
        were read together. With MANY_RECORDS, as in a bulk load, summaries wait longer, so that they are not derived
        again for each batch."""
        for bucket in buckets:
            delay = delay_of(bucket)
            if records >= MANY_RECORDS:
                delay += _BEHIND_SECONDS.get(queue_of(bucket), _OTHERS_BEHIND_SECONDS)
            self._due.setdefault(bucket, max(now + delay, self._sent.get(bucket, 0) + WINDOW_SECONDS))

    def flush(self, *, now: float) -> None:
        """Sends the wake-ups that are due, in tasks of BUCKETS_PER_TASK. If sending raises, the rest stays planned."""
        due = [bucket for bucket, at in self._due.items() if at <= now]
        for chunk in chunked(due, BUCKETS_PER_TASK):
            self._send(chunk)
            for bucket in chunk:
                del self._due[bucket]
                self._sent[bucket] = now
        self._sent = {bucket: at for bucket, at in self._sent.items() if at > now - WINDOW_SECONDS}

    @property
    def pending(self) -> int:
        """How many wake-ups are planned."""
        return len(self._due)


def not_queued(summary_ids: Iterable[str]) -> list[str]:
    """Of these summaries those that no waiting task will derive; from now on they count as queued."""
    ids = list(dict.fromkeys(summary_ids))
    try:
        with _redis().pipeline(transaction=False) as pipeline:
            for one in ids:
                pipeline.set(_queued(one), 1, nx=True, ex=_QUEUED_SECONDS)
            return [one for one, is_new in zip(ids, pipeline.execute(), strict=True) if is_new]
    except redis.RedisError:
        return ids


def taken_from_queue(summary_ids: Iterable[str]) -> None:
    """Makes these summaries count as not queued; call it before their states are read, so that later changes queue them
    again."""
    keys = list(map(_queued, summary_ids))
    with suppress(redis.RedisError):
        if keys:
            _redis().delete(*keys)


def _queued(summary_id: str) -> str:
    return f"queued:{summary_id}"


@lru_cache(maxsize=1)
def _redis() -> "redis.Redis":
    return redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=1)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many tasks wait in Redis for a worker, and which share of the memory that it may use is used; 0 if it may use
    all. With `evicts` it drops what it holds when that is full, else it refuses new tasks."""

    length: int
    memory_share: float
    evicts: bool


def queue_state() -> QueueState | None:
    """The state of the queue now; None while Redis is away."""
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=1) as client:
            memory, length = client.info("memory"), sum(int(client.llen(one)) for one in QUEUES)
    except redis.RedisError:
        return None
    most = int(memory.get("maxmemory", 0))
    share = int(memory["used_memory"]) / most if most else 0.0
    return QueueState(length, share, evicts=memory.get("maxmemory_policy", "noeviction") != "noeviction")
