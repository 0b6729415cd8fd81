"""The contract's log sentences of a recalculation; the figures are fields too."""

from collections import Counter
from collections.abc import Iterator, Sequence

import structlog

from packprod.observability import metrics
from packprod.readmodels.registry import summary_bucket

log = structlog.get_logger(__name__)


def recalculating(buckets: Sequence[str]) -> None:
    """`Recalculating metrics for customer: ID`, before each."""
    for name, key in _named(buckets):
        metrics.RECALCULATIONS.inc()
        log.info(f"Recalculating metrics for {name}: {key}", read_model=name, subject=key)


def recalculated(buckets: Sequence[str]) -> None:
    """`Cache updated for customer ID` after each, `Processed metrics for N customers` for all."""
    for name, key in _named(buckets):
        metrics.CACHE_UPDATES.inc()
        log.info(f"Cache updated for {name} {key}", read_model=name, subject=key)
    for name, count in Counter(name for name, _ in _named(buckets)).items():
        metrics.PROCESSED.inc(count)
        log.info(f"Processed metrics for {count} {name}s", read_model=name, count=count)


def _named(buckets: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Those that somebody waits for; the slower read models (days, products) would only drown them."""
    for bucket in filter(None, map(summary_bucket, buckets)):
        if not bucket.model.delay:
            yield bucket.model.name, bucket.key
