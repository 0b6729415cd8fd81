"""From a bucket's projection rows to its summary rows: the second use of the one mechanism.

A summary's rows may be projection rows of a further bucket (days into months): those are
dirty then, and summarised in their turn.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from packprod.dynamodb.reads import Partition, query_all
from packprod.dynamodb.tables import Table
from packprod.dynamodb.writes import transact
from packprod.readmodels.commit import mark_operations
from packprod.readmodels.derivation import derive
from packprod.readmodels.plan import Plan, read_states
from packprod.readmodels.registry import summary_bucket
from packprod.readmodels.tables import Projection

_CLEARING_ATTEMPTS = 4


def mark(summary_id: str, *, now: datetime) -> None:
    """Marks a summary dirty, durably: a sweep will find it if the wake-up is lost."""
    transact(mark_operations([summary_id], now=now))


def read_rows(summary_id: str) -> list[dict[str, Any]]:
    """The `data` of every projection row that goes into a summary, strongly consistent, in row_id order."""
    partition = Partition(Projection, hash=("bucket", summary_id))
    return [item["data"] for item in query_all(partition, consistent=True)]


def summarise(summary_ids: Iterable[str], *, now: datetime, force: bool = False, marking: bool = True) -> set[str]:
    """Derives those of these summaries that are dirty afresh; returns the summaries that their rows go into.

    Clears a summary's dirt if no mark came meanwhile. Under a hail of marks it publishes after a few attempts
    without clearing, so that a busy one is never starved. `force` derives clean ones too, and rewrites rows that
    look unchanged; without `marking` what they go into is the caller's to derive (see `Plan`).
    Raises TransactionCancelled only after many lost races, EngineUnavailable.
    """

    def plan(chunk: Sequence[str], attempt: int) -> Iterator[Plan]:
        states = read_states(chunk)
        for one in chunk:
            if force or states[one].is_dirty:
                rows = summary_rows(one, read_rows(one), now)
                clears = attempt <= _CLEARING_ATTEMPTS
                yield Plan(states[one], rows, clears_dirt=clears, force=force, marking=marking)

    plans = derive(filter(summary_bucket, summary_ids), plan, now=now)
    return set().union(*(one.touched for one in plans))


def summarise_upward(summary_ids: Iterable[str], *, now: datetime, force: bool = False) -> None:
    """Derives these summaries, then those their rows go into, up to the last, in this process."""
    waiting = set(summary_ids)
    while waiting:
        waiting, force = summarise(sorted(waiting), now=now, force=force), False


def summary_rows(summary_id: str, rows: list[dict[str, Any]], now: datetime) -> list[Table]:
    """What a read model makes of its projection rows; nothing for what is no summary of ours."""
    bucket = summary_bucket(summary_id)
    compute = bucket.model.summarise if bucket else None
    return list(compute(bucket, rows, now)) if bucket and compute else []
