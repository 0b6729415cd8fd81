"""The rows of the population: how many customers are in each segment on any day, how many ordered first on each day,
and who is in which segment.

The members are spread over shards. How many there are is counted by cohort, and then in the whole.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from customers.cohorts.population_totals import PopulationTotals
from customers.cohorts.read_model import Months, cohort_row
from customers.metrics import Metrics, segment, segment_changes_on
from packprod.dates import business_date
from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table
from packprod.readmodels.changes import Change, Contribution, net
from packprod.readmodels.columns import columns, unpacked
from packprod.readmodels.registry import Bucket, BucketEnds, Fold, ProjectionRow, ReadModel
from packprod.readmodels.tables import Projection, projection_item
from packprod.readmodels.totals import Totals, totals_row

SHARDS = 64
ALL = "all"
POPULATION_SUBJECT = "population"
_CHUNK = "~"


def population_rows(contact_id: str, months: Months, metrics: Metrics, *, source_id: str) -> list[Table]:
    """A customer's projection rows: in its shard of members, and in its cohort."""
    first = business_date(metrics.first_order_date).isoformat()
    segments = {day.isoformat(): name for day, name in segment_history(metrics)}
    data = {"contactID": contact_id, "first": first, "segments": segments}
    shard = ProjectionRow(key=f"{_shard(contact_id):02d}", row_id=contact_id, data=data)
    return [
        projection_item(POPULATION_SHARDS.name, shard, source_id=source_id),
        cohort_row(contact_id, months, data, source_id=source_id),
    ]


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


def member(data: Mapping[str, Any]) -> Contribution:
    """A customer's row among the members: contactID, day of the first order, then the segments and the days on which
    they begin; the first one has no such day: ["id", "2025-01-15", "New", "2025-02-15", "Active", …]."""
    _, *history = [part for pair in sorted(data["segments"].items()) for part in pair]
    return [data["contactID"], data["first"], *history]


def summarise_shard(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The members of a shard, packed into a few columns, so that a report on a segment need not read every customer."""
    return _member_rows(map(member, rows), shard=bucket)


def fold_shard(
    bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime
) -> Sequence[Table] | None:
    """The same rows, given them as they are stored and what changes in them."""
    members = {one[0]: one for item in kept for one in unpacked(item["data"]["members"])}
    change = net(change)
    for one in change.removed:
        members.pop(one[0], None)
    members |= {one[0]: one for one in change.added}
    return _member_rows((members[contact_id] for contact_id in sorted(members)), shard=bucket)


def _member_rows(members: Iterable[Contribution], *, shard: Bucket) -> list[Table]:
    rows = (
        ProjectionRow(key=ALL, row_id=f"{shard.key}{_CHUNK}{number:02d}", data={"members": column})
        for number, column in enumerate(columns(members))
    )
    return [projection_item(MEMBERS.name, row, source_id=shard.bucket_id) for row in rows]


# --- All customers -------------------------------------------------------------------------------------------------


def summarise_all(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table] | None:
    """The totals of the whole population, in one row."""
    if any("repeatCustomers" not in row for row in rows):
        return None  # rows of the release before
    whole = PopulationTotals()
    for row in rows:
        whole.add_stored(row)
    return [totals_row(POPULATION_SUBJECT, whole.data())] if rows else []


def fold_all(
    bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime
) -> Sequence[Table] | None:
    """The same row, given it as it is stored and what changes in it."""
    whole = PopulationTotals()
    for item in kept:
        whole.add_stored(item["figures"])
    whole.change(change)
    return [totals_row(POPULATION_SUBJECT, whole.data())] if whole.customers else []


POPULATION_SHARDS = ReadModel(
    name="population-shard",
    summarise=summarise_shard,
    fold=Fold(member, fold_shard, kept_in=(Projection,)),
    interval=0.6,
    version=3,
    manifest=lambda key: (POPULATION_SUBJECT, f"s{key}"),
)
POPULATION = ReadModel(
    name="population",
    summarise=summarise_all,
    summary_tables=(Totals,),
    fold=Fold(None, fold_all, kept_in=(Totals,)),
    version=3,
    manifest=lambda key: (POPULATION_SUBJECT, key),
)
MEMBERS = ReadModel(name="members")
