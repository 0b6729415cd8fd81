"""From a bucket's slim rows to its summary rows: the second use of the one mechanism."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from packprod.dynamodb.engine_errors import engine_errors
from packprod.dynamodb.reads import Partition, query_all
from packprod.readmodels.derivation import Plan, derive, mark_actions, read_states
from packprod.readmodels.registry import is_summarised, split_bucket
from packprod.readmodels.tables import Derivation, Projection

_CLEARING_ATTEMPTS = 4


def mark(bucket: str, *, now: datetime) -> None:
    """Marks a bucket dirty, durably: a sweep will find it if the wake-up is lost."""
    with engine_errors():
        Derivation(bucket).update(actions=mark_actions(now))


def read_rows(bucket: str) -> list[dict[str, Any]]:
    """The `data` of every slim row in the bucket, strongly consistent, in row_id order."""
    partition = Partition(Projection, hash=("bucket", bucket))
    return [item["data"] for item in query_all(partition, consistent=True)]


def summarise(buckets: Iterable[str], *, now: datetime, force: bool = False) -> int:
    """Derives the summary rows of these buckets afresh; returns how many buckets say something new.

    Clears a bucket's dirt if no mark came meanwhile. Under a hail of marks it publishes after a few attempts
    without clearing, so that a busy bucket is never starved. `force` rewrites rows that look unchanged.
    Raises TransactionCancelled only after many lost races, EngineUnavailable.
    """

    def plan(chunk: Sequence[str], attempt: int) -> Iterator[Plan]:
        states = read_states(chunk)
        for bucket in chunk:
            rows = summary_rows(bucket, read_rows(bucket), now)
            yield Plan(states[bucket], rows, clears_dirt=attempt <= _CLEARING_ATTEMPTS, force=force)

    plans = derive(filter(is_summarised, buckets), plan, now=now)
    return sum(1 for one in plans if one.changed or one.stale)


def summary_rows(bucket: str, rows: list[dict[str, Any]], now: datetime) -> list[Any]:
    """What the bucket's read model makes of its slim rows; nothing for a bucket without a summary."""
    found = split_bucket(bucket)
    compute = found[0].summarise if found else None
    return compute(found[1], rows, now) if found and compute else []
