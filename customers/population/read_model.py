"""The customers as a population: how many are in each segment on any day, how many ordered first on each day."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from customers.cohorts.read_model import cohort_rows, customer_months
from customers.metrics import SEGMENTS, CountedOrder, Metrics, segment, segment_changes_on
from customers.population.members import member_rows
from packprod.dates import business_date
from packprod.dynamodb.tables import Table
from packprod.readmodels.columns import packed, unpacked
from packprod.readmodels.registry import Bucket, ProjectionRow, ReadModel
from packprod.readmodels.tables import projection_item
from packprod.readmodels.totals import Totals, read_totals, totals_row

SHARDS = 64


ALL = "all"


LATER = 1.0


POPULATION_SUBJECT = "population"


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
    """From which business day on the customer is in which segment, if no order comes any more.

    The first stretch has no beginning: nobody asks which segment a customer was in before the last order.
    """
    day = business_date(metrics.last_order_date)
    yield date.min, segment(metrics, today=day)
    while changes_on := segment_changes_on(metrics, today=day):
        day = changes_on
        yield day, segment(metrics, today=day)


def summarise_shard(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The shard's changes by day, its cohorts, and its members by segment."""
    if not rows:
        return []
    total = ProjectionRow(key=ALL, row_id=bucket.key, data=_added(map(_changes, rows)))
    return [
        projection_item(POPULATION.name, total, source_id=bucket.bucket_id),
        *cohort_rows((row["months"] for row in rows), shard=bucket),
        *member_rows(rows, shard=bucket),
    ]


def _changes(row: dict[str, Any]) -> dict[str, Any]:
    joined: Counter[str] = Counter()
    before = ""
    for day, name in sorted(row["segments"].items()):
        joined[f"{day} {name}"] += 1
        if before:
            joined[f"{day} {before}"] -= 1
        before = name
    return {"customers": 1, "first": {row["first"]: 1}, "changes": joined}


def _counts(part: dict[str, Any]) -> dict[str, Any]:
    """A shard's counts as they were added up."""
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
    """Years of days would not fit an item as a map."""
    return packed([(key, counter[key]) for key in sorted(counter) if counter[key]])


def segments_on(population: Mapping[str, Any], *, today: date) -> dict[str, int]:
    """How many customers are in each segment on a business day; `population`: the totals of POPULATION_SUBJECT."""
    counts = dict.fromkeys(SEGMENTS, 0)
    for key, count in unpacked(population.get("changes")):
        day, _, name = key.partition(" ")
        if day <= today.isoformat():
            counts[name] += count
    return counts


def segments_now(*, now: datetime) -> dict[str, int]:
    """How many customers are in each segment now; one read. Raises EngineUnavailable."""
    return segments_on(read_totals(POPULATION_SUBJECT), today=business_date(now))


def first_orders(population: Mapping[str, Any], *, start: date, end: date) -> int:
    """How many customers ordered for the first time ever from start to end, both inclusive."""
    days = unpacked(population.get("first"))
    return sum(count for day, count in days if start.isoformat() <= day <= end.isoformat())


def summarise_all(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The whole population's changes by day, one row."""
    return [totals_row(POPULATION_SUBJECT, _added(map(_counts, rows)))] if rows else []


POPULATION_SHARDS = ReadModel(name="population-shard", summarise=summarise_shard, delay=LATER, version=2)


POPULATION = ReadModel(name="population", summarise=summarise_all, summary_tables=(Totals,), delay=LATER, version=2)
