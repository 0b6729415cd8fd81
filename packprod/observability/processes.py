"""Which processes of PackProd run: each notes itself in Redis now and then, for data health.

So a second scheduler is seen, and processes that sign with different secret keys. What is noted is lost with Redis, and
there again half a minute later.
"""

import os
import socket
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
import redis
from django.conf import settings
from django.utils.crypto import salted_hmac

NOTE_EVERY_SECONDS = 15.0
FORGOTTEN_AFTER = timedelta(minutes=10)
RUNS_WITHIN = timedelta(seconds=60)
_next_note = 0.0


@dataclass(frozen=True, slots=True)
class SeenProcess:
    """A process that ran at `seen_at`. `key` is a fingerprint of its secret key."""

    part: str
    process: str
    key: str
    seen_at: datetime


def process_note(part: str, *, now: datetime) -> None:
    """Notes that this process runs as `part`; at most every NOTE_EVERY_SECONDS. Without Redis nothing is noted."""
    global _next_note
    if time.monotonic() < _next_note:
        return
    _next_note = time.monotonic() + NOTE_EVERY_SECONDS
    name = f"{part}@{socket.gethostname()}:{os.getpid()}"
    try:
        with _redis() as client:
            client.hset(_hash(), name, orjson.dumps([key_fingerprint(), now.timestamp()]))
            client.expire(_hash(), 2 * FORGOTTEN_AFTER)
    except redis.RedisError:
        return


def processes_seen(*, now: datetime) -> list[SeenProcess]:
    """The processes that were seen within FORGOTTEN_AFTER; none while Redis is away."""
    try:
        with _redis() as client:
            noted = client.hgetall(_hash())
    except redis.RedisError:
        return []
    seen = [_seen(name.decode(), *orjson.loads(value), now=now) for name, value in noted.items()]
    return [one for one in seen if now - one.seen_at <= FORGOTTEN_AFTER]


def _seen(name: str, key: str, at: float, *, now: datetime) -> SeenProcess:
    part, _, process = name.partition("@")
    return SeenProcess(part, process, key, datetime.fromtimestamp(at, now.tzinfo))


def key_fingerprint() -> str:
    """A fingerprint of DJANGO_SECRET_KEY, from which the key cannot be found out."""
    return salted_hmac("packprod.processes", "fingerprint").hexdigest()[:12]


def _hash() -> str:
    return f"packprod:processes:{settings.PACKPROD_CLIENT_ID}:{settings.PACKPROD_TABLE_PREFIX}"


def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=1)
