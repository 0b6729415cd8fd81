"""How many wake-ups wait in Redis. None of them is needed: the work they stand for lies elsewhere."""

import redis
from django.conf import settings

QUEUE = "celery"


def queue_length() -> int | None:
    """Tasks that wait for a worker; None while Redis is away."""
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=1) as client:
            return int(client.llen(QUEUE))
    except redis.RedisError:
        return None
