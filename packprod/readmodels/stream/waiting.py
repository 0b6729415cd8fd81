"""The summaries that wait for a worker, in Redis beside the Celery queues: by queue, each with the instant it is due.

A task only wakes a worker, which then takes up to SUMMARIES_PER_TASK of those that are due, the longest due first. So
what follows on many changes is worked off in ever larger batches the further the workers are behind, and a summary that
waits already is not queued again.

All of it may be lost at any moment: the dirty marks are in the engine, and the sweep finds what is lost here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import redis
from django.conf import settings

from packprod.readmodels.registry import interval_of, queue_of

QUEUES = ("customers", "celery")
SUMMARIES_PER_TASK = 50
# Both scripts go by the clock of Redis, in milliseconds. What has been due for 5 s has lost its task.
_NOW = "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000) "
_WAIT = (
    _NOW
    + """
    local delays = {}
    for at = 1, #ARGV, 2 do
        local due = redis.call('ZSCORE', KEYS[1], ARGV[at])
        if not due or tonumber(due) < now - 5000 then
            due = math.max(now, (redis.call('ZSCORE', KEYS[2], ARGV[at]) or 0) + ARGV[at + 1])
            redis.call('ZADD', KEYS[1], due, ARGV[at])
            delays[#delays + 1] = due - now
        end
    end
    return delays
    """
)
_TAKE = (
    _NOW
    + """
    local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now + 50, 'LIMIT', 0, ARGV[1])
    for _, id in ipairs(due) do
        redis.call('ZREM', KEYS[1], id)
        redis.call('ZADD', KEYS[2], now, id)
    end
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 10000)
    return due
    """
)


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A task to send: to which queue, and after how many seconds."""

    queue: str
    countdown: float


def wait_for_worker(summary_ids: Iterable[str]) -> list[WakeUp]:
    """Makes these summaries wait for a worker; returns the tasks to send for those that did not wait yet.

    A summary is due at once, or, after it was taken, when the interval of its read model is over. Raises RedisError.
    """
    queues: dict[str, list[str | int]] = defaultdict(list)
    for one in dict.fromkeys(summary_ids):
        queues[queue_of(one)] += [one, round(interval_of(one) * 1000)]
    return [wake_up for queue, pairs in queues.items() for wake_up in _wake_ups(queue, pairs)]


def _wake_ups(queue: str, pairs: list[str | int]) -> list[WakeUp]:
    """One for up to SUMMARIES_PER_TASK that are due at the same tenth of a second."""
    delays: dict[float, int] = defaultdict(int)
    for delay in _scripts()[0](keys=_keys(queue), args=pairs):
        delays[ceil(delay / 100) / 10] += 1
    return [
        WakeUp(queue, countdown)
        for countdown, count in sorted(delays.items())
        for _ in range(ceil(count / SUMMARIES_PER_TASK))
    ]


def take_waiting(queue: str) -> list[str]:
    """Takes the summaries of a queue that have been due longest, so that they wait no more; none if none is due.

    Read their states afterwards, so that what changes later makes them wait again. Raises RedisError.
    """
    found: list[bytes] = _scripts()[1](keys=_keys(queue), args=[SUMMARIES_PER_TASK])
    return [one.decode() for one in found]


def _keys(queue: str) -> list[str]:
    return [f"readmodels:waiting:{queue}", f"readmodels:taken:{queue}"]


@lru_cache(maxsize=1)
def _scripts() -> tuple[Any, Any]:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=1)
    return client.register_script(_WAIT), client.register_script(_TAKE)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many tasks and summaries wait in Redis for a worker, and which share of the memory that it may use is used; 0
    if it may use all. With `evicts` it drops what it holds when that is full, else it refuses new tasks."""

    length: int
    memory_share: float
    evicts: bool


def queue_state() -> QueueState | None:
    """The state of the queue now; None while Redis is away."""
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=1) as client:
            memory = client.info("memory")
            length = sum(int(client.llen(one)) + int(client.zcard(_keys(one)[0])) for one in QUEUES)
    except redis.RedisError:
        return None
    most = int(memory.get("maxmemory", 0))
    share = int(memory["used_memory"]) / most if most else 0.0
    return QueueState(length, share, evicts=memory.get("maxmemory_policy", "noeviction") != "noeviction")
