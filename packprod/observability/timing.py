"""Times one read and logs how it went: cache HIT or MISS, response time, SLOW QUERY."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.conf import settings

from packprod.errors import InvalidInput, NotFound
from packprod.observability import metrics
from packprod.observability import timing as events

log = structlog.get_logger("packprod")


def cache_hit(operation: str, *, items: int) -> None:
    """`Cache HIT for listCustomers - 45 items`."""
    metrics.CACHE_READS.labels(operation, "hit").inc()
    sentence = f"Cache HIT for {operation} - {items} items"
    log.info(sentence, operation=operation, items=items)


def cache_miss(operation: str) -> None:
    """`Cache MISS for getCustomer`."""
    metrics.CACHE_READS.labels(operation, "miss").inc()
    sentence = f"Cache MISS for {operation}"
    log.info(sentence, operation=operation)


def response_time(operation: str, *, ms: float, from_cache: bool) -> None:
    """`listCustomers response time (from cache): 78ms`; without the brackets when it was not."""
    metrics.READ_SECONDS.labels(operation, str(from_cache).lower()).observe(ms / 1000)
    origin = " (from cache)" if from_cache else ""
    sentence = f"{operation} response time{origin}: {round(ms)}ms"
    log.info(sentence, operation=operation, ms=round(ms, 1), from_cache=from_cache)


def slow_query(operation: str, *, ms: float) -> None:
    """`SLOW QUERY: getProductOrders took 2341ms`. The caller decides what is slow (`timing.timed` does)."""
    metrics.SLOW_QUERIES.labels(operation).inc()
    sentence = f"SLOW QUERY: {operation} took {round(ms)}ms"
    log.warning(sentence, operation=operation, ms=round(ms, 1))


def read_failed(operation: str) -> None:
    """Counted only: whoever answers the request logs the error itself, once."""
    metrics.READ_ERRORS.labels(operation).inc()


@dataclass(slots=True)
class TimedRead:
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
def timed(operation: str) -> Iterator[TimedRead]:
    """Wraps one read: `with timed("listCustomers") as reading: …; reading.hit(items=len(rows))`.

    Logs the response time at the end, and SLOW QUERY over PACKPROD_SLOW_QUERY_MS, also when the read fails.
    """
    started = time.perf_counter()
    reading = TimedRead(operation)
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
