"""Times one read and tells the log how it went: HIT or MISS, response time, SLOW QUERY."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from packprod.errors import InvalidInput, NotFound
from packprod.observability import events


@dataclass(slots=True)
class Reading:
    """What a read says of itself while it runs; a read that has no cache says neither hit nor miss."""

    operation: str
    from_cache: bool = False

    def hit(self, *, items: int) -> None:
        """Everything came from the cache."""
        self.from_cache = True
        events.cache_hit(self.operation, items=items)

    def miss(self) -> None:
        """The cache had no answer; the caller computes one."""
        self.from_cache = False
        events.cache_miss(self.operation)


@contextmanager
def timed(operation: str) -> Iterator[Reading]:
    """Wraps one read: `with timed("listCustomers") as reading: …; reading.hit(items=len(rows))`.

    Logs the response time at the end, and SLOW QUERY over PACKPROD_SLOW_QUERY_MS, also when the read fails.
    """
    started = time.perf_counter()
    reading = Reading(operation)
    try:
        yield reading
    except (InvalidInput, NotFound):  # an answer, not a failure
        raise
    except Exception:
        events.read_failed(operation)
        raise
    finally:
        ms = (time.perf_counter() - started) * 1000
        events.response_time(operation, ms=ms, from_cache=reading.from_cache)
        if ms > settings.PACKPROD_SLOW_QUERY_MS:
            events.slow_query(operation, ms=ms)
