"""Reads the population: the counts of the segments, first orders by day, and the members of a segment."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from customers.metrics import SEGMENTS
from customers.population.read_model import ALL, MEMBERS, POPULATION_SUBJECT
from packprod.dates import business_date
from packprod.dynamodb.reads import Partition, query_all
from packprod.readmodels.columns import unpacked
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection
from packprod.readmodels.totals import read_totals

_ID, _FIRST, _SEGMENT = range(3)  # of a member; days and the segments that begin on them may follow


def segments_now(*, now: datetime) -> dict[str, int]:
    """How many customers are in each segment now; one read. Raises EngineUnavailable."""
    return segments_on(read_totals(POPULATION_SUBJECT), today=business_date(now))


def segments_on(population: Mapping[str, Any], *, today: date) -> dict[str, int]:
    """How many customers are in each segment on a business day; `population`: the totals of POPULATION_SUBJECT."""
    counts = dict.fromkeys(SEGMENTS, 0)
    for key, count in unpacked(population.get("changes")):
        day, _, name = key.partition(" ")
        if day <= today.isoformat():
            counts[name] += count
    return counts


def first_orders(population: Mapping[str, Any], *, start: date, end: date) -> int:
    """How many customers ordered for the first time ever from start to end, both inclusive."""
    days = unpacked(population.get("first"))
    return sum(count for day, count in days if start.isoformat() <= day <= end.isoformat())


def segment_members(segment_name: str, *, now: datetime) -> dict[str, date]:
    """The customers in a segment now: the business day of the first counted order by contactID."""
    today = business_date(now).isoformat()
    partition = Partition(Projection, hash=("bucket", bucket_id(MEMBERS.name, ALL)))
    return {
        member[_ID]: date.fromisoformat(member[_FIRST])
        for item in query_all(partition)
        for member in unpacked(item["data"]["members"])
        if _segment_on(today, member) == segment_name
    }


def _segment_on(today: str, member: Sequence[str]) -> str:
    """The last segment that has begun. Positions instead of objects, as this runs for every customer in a request."""
    at = _SEGMENT
    while at + 1 < len(member) and member[at + 1] <= today:
        at += 2
    return member[at]
