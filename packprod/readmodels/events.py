"""The contract's log sentences of a recalculation; the figures are fields too."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from packprod.readmodels.registry import split_bucket

log = structlog.get_logger(__name__)


@contextmanager
def recalculation(bucket: str) -> Iterator[None]:
    """Says before and after what is recalculated."""
    found = split_bucket(bucket)
    if found is None:
        yield
        return
    model, key = found
    fields = {"read_model": model.name, "key": key}
    log.info(f"Recalculating metrics for {model.name}: {key}", **fields)
    yield
    log.info(f"Cache updated for {model.name} {key}", **fields)


def recalculated(buckets: list[str]) -> None:
    """Says how many, per read model."""
    names = Counter(found[0].name for found in map(split_bucket, buckets) if found)
    for name, count in names.items():
        log.info(f"Processed metrics for {count} {name}s", read_model=name, count=count)
