"""The rows of the population: how many customers are in each segment on any day, how many ordered first on each day,
and who is in which segment.

Customers are spread over shards. A change of one customer is summarised in its shard, and then in the whole.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from customers.cohorts.read_model import cohort_rows, customer_months
from customers.metrics import CountedOrder, Metrics, segment, segment_changes_on
from packprod.dates import business_date
from packprod.dynamodb.tables import Table
from packprod.readmodels.columns import columns, packed, unpacked
from packprod.readmodels.registry import Bucket, ProjectionRow, ReadModel
from packprod.readmodels.tables import projection_item
from packprod.readmodels.totals import Totals, totals_row

SHARDS = 64
ALL = "all"
LATER = 1.0
POPULATION_SUBJECT = "population"
_CHUNK = "~"


def population_row(contact_id: str, orders: Sequence[CountedOrder], metrics: Metrics, *, source_id: str) -> Table:
    """A customer's projection row in its shard."""
    data = {
        "contactID": contact_id,
        "months": customer_months(orders),
        "first": business_date(metrics.first_order_date).isoformat(),
        "segments": {day.isoformat(): name for day, name in segment_history(metrics)},
    }
    row = ProjectionRow(key=f"{_shard(contact_id):02d}", row_id=contact_id, data=data)
    return projection_item(POPULATION_SHARDS.name, row, source_id=source_id)


def _shard(contact_id: str) -> int:
    return hashlib.blake2b(contact_id.encode(), digest_size=2).digest()[0] % SHARDS


def segment_history(metrics: Metrics) -> Iterator[tuple[date, str]]:
    """The segments that the customer will be in if no more orders come, each with the business day on which it begins.

    The first begins at date.min: which segment the customer was in before the last order is never needed.
    """
    day = business_date(metrics.last_order_date)
    yield date.min, segment(metrics, today=day)
    while changes_on := segment_changes_on(metrics, today=day):
        day = changes_on
        yield day, segment(metrics, today=day)


def summarise_shard(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The shard's changes by day, its cohorts and its members."""
    if not rows:
        return []
    total = ProjectionRow(key=ALL, row_id=bucket.key, data=_added(map(_changes, rows)))
    return [
        projection_item(POPULATION.name, total, source_id=bucket.bucket_id),
        *cohort_rows((row["months"] for row in rows), shard=bucket),
        *member_rows(rows, shard=bucket),
    ]


def _changes(row: dict[str, Any]) -> dict[str, Any]:
    """What one customer adds to the totals: +1 where a segment begins, and −1 there for the segment before it."""
    joined: Counter[str] = Counter()
    before = ""
    for day, name in sorted(row["segments"].items()):
        joined[f"{day} {name}"] += 1
        if before:
            joined[f"{day} {before}"] -= 1
        before = name
    return {"customers": 1, "first": {row["first"]: 1}, "changes": joined}


def _counts(part: dict[str, Any]) -> dict[str, Any]:
    """A shard's totals with their columns unpacked, to be added up again."""
    return {**part, "first": dict(unpacked(part["first"])), "changes": dict(unpacked(part["changes"]))}


def _added(parts: Iterator[dict[str, Any]]) -> dict[str, Any]:
    first: Counter[str] = Counter()
    changes: Counter[str] = Counter()
    customers = 0
    for part in parts:
        customers += int(part["customers"])
        first.update(part["first"])
        changes.update(part["changes"])
    return {"customers": customers, "first": _column(first), "changes": _column(changes)}


def _column(counter: Counter[str]) -> bytes:
    """Packed, because a map of several years' days would not fit into an item."""
    return packed([(key, counter[key]) for key in sorted(counter) if counter[key]])


def member_rows(rows: Iterable[Mapping[str, Any]], *, shard: Bucket) -> Iterator[Table]:
    """The members of a shard, packed into a few columns, so that a report on a segment need not read every customer."""
    for number, column in enumerate(columns(map(_member, rows))):
        row = ProjectionRow(key=ALL, row_id=f"{shard.key}{_CHUNK}{number:02d}", data={"members": column})
        yield projection_item(MEMBERS.name, row, source_id=shard.bucket_id)


def _member(row: Mapping[str, Any]) -> list[str]:
    """["id", "2025-01-15", "New", "2025-02-15", "Active", …]: contactID, day of the first order, then the segments and
    the days on which they begin; the first one has no such day."""
    _, *history = [part for pair in sorted(row["segments"].items()) for part in pair]
    return [row["contactID"], row["first"], *history]


def summarise_all(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The totals of the whole population, in one row."""
    return [totals_row(POPULATION_SUBJECT, _added(map(_counts, rows)))] if rows else []


POPULATION_SHARDS = ReadModel(name="population-shard", summarise=summarise_shard, delay=LATER, version=2)
POPULATION = ReadModel(name="population", summarise=summarise_all, summary_tables=(Totals,), delay=LATER, version=2)
MEMBERS = ReadModel(name="members")
