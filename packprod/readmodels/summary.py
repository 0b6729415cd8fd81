"""Summarises buckets: derives the summary rows of a bucket from its projection rows.

A summary's rows may themselves be projection rows of another bucket, as days are of months. That bucket is then dirty,
and summarised next.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from more_itertools import chunked

from packprod.dynamodb.reads import Partition, query_all
from packprod.dynamodb.tables import Table
from packprod.dynamodb.writes import MAX_OPERATIONS, transact
from packprod.readmodels.commit import mark_operations
from packprod.readmodels.derivation import derive
from packprod.readmodels.plan import Plan, read_states
from packprod.readmodels.registry import Bucket, summary_bucket
from packprod.readmodels.tables import Projection

_CLEARING_ATTEMPTS = 4


def mark(summary_id: str, *, now: datetime) -> None:
    """Marks a summary dirty in the engine, where a sweep finds it if the wake-up is lost."""
    transact(mark_operations([summary_id], now=now))


def read_rows(summary_id: str) -> list[dict[str, Any]]:
    """The `data` of every projection row of a summary, strongly consistent, in the order of their row ids."""
    partition = Partition(Projection, hash=("bucket", summary_id))
    return [item["data"] for item in query_all(partition, consistent=True)]


def further_rows(summary_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """What summaries are computed from besides their projection rows, strongly consistent; read it after the states."""
    by_model: dict[str, list[Bucket]] = defaultdict(list)
    for bucket in filter(None, map(summary_bucket, summary_ids)):
        by_model[bucket.model.name].append(bucket)
    found: dict[str, list[dict[str, Any]]] = {}
    for buckets in by_model.values():
        read = buckets[0].model.further_data
        data = read([one.key for one in buckets]) if read else {}
        found |= {one.bucket_id: [data[one.key]] for one in buckets if one.key in data}
    return found


def mark_known(summary_ids: Iterable[str], *, now: datetime) -> set[str]:
    """Marks those of these summaries dirty that were ever marked or derived; returns them.

    Any other is marked before it is derived first, and then sees what is stored by now.
    """
    ids = list(dict.fromkeys(summary_ids))
    states = (one for chunk in chunked(ids, MAX_OPERATIONS) for one in read_states(chunk).values())
    known = {one.derivation_id for one in states if one.version or one.requested}
    for chunk in chunked(sorted(known), MAX_OPERATIONS):
        transact(mark_operations(chunk, now=now))
    return known


def summarise(
    summary_ids: Iterable[str],
    *,
    now: datetime,
    force: bool = False,
    rewritten: tuple[type[Table], ...] = (),
    marking: bool = True,
) -> set[str]:
    """Derives the dirty ones of these summaries; returns the summaries that their rows feed.

    A summary's dirty mark is cleared if it was not marked again meanwhile. After a few attempts it is committed without
    clearing the mark, so that a summary that is marked all the time is updated, too. `force` and `rewritten` derive
    clean summaries as well; for the rest, they and `marking` are those of `Plan`.
    Raises EngineUnavailable, and TransactionCancelled only after many lost races.
    """

    def plan(chunk: Sequence[str], attempt: int) -> Iterator[Plan]:
        states, further = read_states(chunk), further_rows(chunk)
        for one in chunk:
            if force or rewritten or states[one].is_dirty:
                rows = summary_rows(one, [*read_rows(one), *further.get(one, ())], now)
                clears = attempt <= _CLEARING_ATTEMPTS
                yield Plan(states[one], rows, clears_dirt=clears, force=force, rewritten=rewritten, marking=marking)

    plans = derive(filter(summary_bucket, summary_ids), plan, now=now)
    return set().union(*(one.touched for one in plans))


def summarise_upward(summary_ids: Iterable[str], *, now: datetime, force: bool = False) -> None:
    """Derives these summaries, then those that their rows feed, and so on to the end, all in this process."""
    waiting = set(summary_ids)
    while waiting:
        waiting, force = summarise(sorted(waiting), now=now, force=force), False


def summary_rows(summary_id: str, rows: list[dict[str, Any]], now: datetime) -> list[Table]:
    """The summary rows that the bucket's read model makes of these rows; none if the id is no summary of ours."""
    bucket = summary_bucket(summary_id)
    compute = bucket.model.summarise if bucket else None
    return list(compute(bucket, rows, now)) if bucket and compute else []
