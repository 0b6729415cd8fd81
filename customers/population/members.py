"""Who is in which segment: every customer in a few compressed columns.

So a report about a segment reads some columns instead of every customer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from packprod.dates import business_date
from packprod.dynamodb.reads import Partition, query_all
from packprod.dynamodb.tables import Table
from packprod.readmodels.columns import columns, unpacked
from packprod.readmodels.registry import Bucket, ProjectionRow, ReadModel, bucket_id
from packprod.readmodels.tables import Projection, projection_item

ALL = "all"


_CHUNK = "~"


_ID, _FIRST, _SEGMENT = range(3)  # in a member; a day and the next segment may follow


def member_rows(rows: Iterable[Mapping[str, Any]], *, shard: Bucket) -> Iterator[Table]:
    """A shard's customers as columns: contactID, day of the first order, then segments and the days between them."""
    for number, column in enumerate(columns(map(_member, rows))):
        row = ProjectionRow(key=ALL, row_id=f"{shard.key}{_CHUNK}{number:02d}", data={"members": column})
        yield projection_item(MEMBERS.name, row, source_id=shard.bucket_id)


def _member(row: Mapping[str, Any]) -> list[str]:
    """["id", "2025-01-15", "New", "2025-02-15", "Active", …]: the first segment has no beginning."""
    _, *stretches = [part for pair in sorted(row["segments"].items()) for part in pair]
    return [row["contactID"], row["first"], *stretches]


def segment_members(segment_name: str, *, now: datetime) -> dict[str, date]:
    """The customers who are in a segment now: contactID to the business day of the first counted order."""
    today = business_date(now).isoformat()
    partition = Partition(Projection, hash=("bucket", bucket_id(MEMBERS.name, ALL)))
    return {
        member[_ID]: date.fromisoformat(member[_FIRST])
        for item in query_all(partition)
        for member in unpacked(item["data"]["members"])
        if _segment_on(today, member) == segment_name
    }


def _segment_on(today: str, member: Sequence[str]) -> str:
    """The last segment that has begun. By positions: this runs once per customer and request."""
    at = _SEGMENT
    while at + 1 < len(member) and member[at + 1] <= today:
        at += 2
    return member[at]


MEMBERS = ReadModel(name="members")
