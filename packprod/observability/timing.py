"""Times a read and logs how it went, in the contract's words: cache HIT or MISS, response time, SLOW QUERY."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.conf import settings

from packprod.errors import InvalidInput, NotFound
from packprod.observability import metrics

log = structlog.get_logger("packprod")


def cache_hit(operation: str, *, items: int) -> None:
    """Logs and counts `Cache HIT for listCustomers - 45 items`."""
    metrics.cache_reads(operation, "hit").inc()
    sentence = f"Cache HIT for {operation} - {items} items"
    log.info(sentence, operation=operation, items=items)


def cache_miss(operation: str) -> None:
    """Logs and counts `Cache MISS for getCustomer`."""
    metrics.cache_reads(operation, "miss").inc()
    sentence = f"Cache MISS for {operation}"
    log.info(sentence, operation=operation)


def response_time(operation: str, *, ms: float, from_cache: bool) -> None:
    """Logs and counts `listCustomers response time (from cache): 78ms`; the brackets only if it came from the cache."""
    metrics.read_seconds(operation, from_cache).observe(ms / 1000)
    origin = " (from cache)" if from_cache else ""
    sentence = f"{operation} response time{origin}: {round(ms)}ms"
    log.info(sentence, operation=operation, ms=round(ms, 1), from_cache=from_cache)


def slow_query(operation: str, *, ms: float) -> None:
    """Logs and counts `SLOW QUERY: getProductOrders took 2341ms`. The caller, such as `timed`, decides what is slow."""
    metrics.SLOW_QUERIES.labels(operation).inc()
    sentence = f"SLOW QUERY: {operation} took {round(ms)}ms"
    log.warning(sentence, operation=operation, ms=round(ms, 1))


def read_failed(operation: str) -> None:
    """Counts a read that failed. It logs nothing: the error is logged once, where the request is answered."""
    metrics.READ_ERRORS.labels(operation).inc()


@dataclass(slots=True)
class TimedRead:
    """A read while it runs. It reports a hit or a miss; a read without a cache reports neither."""

    operation: str
    from_cache: bool = False

    def hit(self, *, items: int) -> None:
        """Reports that everything came from the cache."""
        self.from_cache = True
        cache_hit(self.operation, items=items)

    def miss(self) -> None:
        """Reports that the cache had no answer, so that the caller computes one."""
        self.from_cache = False
        cache_miss(self.operation)


@contextmanager
def timed(operation: str) -> Iterator[TimedRead]:
    """Wraps one read: `with timed("listCustomers") as reading: …; reading.hit(items=len(rows))`.

    At the end it logs the response time, and SLOW QUERY if that was over PACKPROD_SLOW_QUERY_MS, even if the read
    failed.
    """
    started = time.perf_counter()
    reading = TimedRead(operation)
    try:
        yield reading
    except (InvalidInput, NotFound):  # an answer, not a failure
        raise
    except Exception:
        read_failed(operation)
        raise
    finally:
        ms = (time.perf_counter() - started) * 1000
        response_time(operation, ms=ms, from_cache=reading.from_cache)
        if ms > settings.PACKPROD_SLOW_QUERY_MS:
            slow_query(operation, ms=ms)
