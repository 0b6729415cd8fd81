"""The sentences of the log that operators search for, each with its figures as fields and its metric.

Those of a recalculation are in packprod.readmodels.tasks.

No function takes a name, an e-mail or a search text: ids and figures only.
"""

import structlog

from packprod.observability import metrics

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
