"""Reads the population: the counts of the segments, first orders by day, and the members of a segment.

Each process holds what it has read, decoded, until a commit gives it another version.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from customers.metrics import SEGMENTS
from customers.population.read_model import ALL, MEMBERS, POPULATION_SUBJECT, SHARDS
from packprod.dates import business_date
from packprod.dynamodb.reads import Partition, Range, query_all
from packprod.readmodels.columns import unpacked
from packprod.readmodels.held import HELD, NEVER_DERIVED, Version, read_versions
from packprod.readmodels.ordinals import Mask, Numbering, mask
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection
from packprod.readmodels.totals import read_totals

CUSTOMERS = Numbering()
_ID, _FIRST, _SEGMENT = range(3)  # of a member; days and the segments that begin on them may follow
_AFTER_CHUNKS: Final = "\x7f"  # sorts behind "07~01"
_MEMBER_BYTES: Final = 600
_DAY_BYTES: Final = 150

Versions = Mapping[str, Version]
"""Those in the manifest POPULATION_SUBJECT: of the whole as ALL, of the shards of members as s00, s01 and so on."""
_SHARDS: Final = [f"{shard:02d}" for shard in range(SHARDS)]


@dataclass(frozen=True, slots=True)
class Series:
    """Counts that add up over time: days as text, in order, and the sum up to and including each."""

    days: Sequence[str]
    sums: Sequence[int]

    def up_to(self, day: date) -> int:
        """The sum up to and including a day."""
        place = bisect_right(self.days, day.isoformat())
        return self.sums[place - 1] if place else 0

    def before(self, day: date) -> int:
        """The sum before a day."""
        return self.up_to(date.fromordinal(day.toordinal() - 1)) if day > date.min else 0


def _series(counts: Iterable[tuple[str, int]]) -> Series:
    ordered = sorted(counts)
    return Series([day for day, _ in ordered], list(accumulate(count for _, count in ordered)))


@dataclass(frozen=True, slots=True)
class Population:
    """How many customers are in each segment, and ordered for the first time ever, by business day; how many there are,
    and how many of them ordered twice or more."""

    segments: Mapping[str, Series]
    first: Series
    customers: int
    repeat_customers: int

    def segments_on(self, day: date) -> dict[str, int]:
        """How many customers are in each segment on a day."""
        return {name: self.segments[name].up_to(day) if name in self.segments else 0 for name in SEGMENTS}

    def first_orders(self, *, start: date, end: date) -> int:
        """How many customers ordered for the first time ever from start to end, both inclusive."""
        return self.first.up_to(end) - self.first.before(start)


@dataclass(frozen=True, slots=True)
class Members:
    """The customers in a segment: the business days of their first counted orders, by contactID and in order.

    The same `version` always means the same customers.
    """

    version: str
    first_orders: Mapping[str, date]
    contact_ids: frozenset[str]
    mask: Mask
    first_days: NDArray[np.int64]

    def new_between(self, *, start: date, end: date) -> int:
        """How many of them ordered for the first time ever from start to end, both inclusive."""
        before, until = np.searchsorted(self.first_days, [start.toordinal(), end.toordinal() + 1])
        return int(until - before)


def segments_now(*, now: datetime) -> dict[str, int]:
    """How many customers are in each segment now; one read, a second if that has changed. Raises EngineUnavailable."""
    return population().segments_on(business_date(now))


def population(versions: Versions | None = None) -> Population:
    """The population as a whole, read only if it is not held in its version. Raises EngineUnavailable."""
    versions = _read_versions() if versions is None else versions
    key, version = (settings.PACKPROD_CLIENT_ID, POPULATION_SUBJECT), versions.get(ALL, NEVER_DERIVED)
    held: Population | None = HELD.get(key, version)
    if held is None:
        held = _population(read_totals(POPULATION_SUBJECT))
        days = len(held.first.days) + sum(len(one.days) for one in held.segments.values())
        HELD.put(key, version, held, size=days * _DAY_BYTES)
    return held


def _population(totals: Mapping[str, Any]) -> Population:
    changes: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, count in unpacked(totals.get("changes")):
        day, _, name = key.partition(" ")
        changes[name].append((day, count))
    first = [(day, count) for day, count in unpacked(totals.get("first"))]
    return Population(
        segments={name: _series(counts) for name, counts in changes.items()},
        first=_series(first),
        customers=int(totals.get("customers", 0)),
        repeat_customers=int(totals.get("repeatCustomers", 0)),
    )


def segment_members(segment_name: str, *, now: datetime, versions: Versions | None = None) -> Members:
    """The customers in a segment now. Shards are read that are not held in their versions. Raises EngineUnavailable."""
    versions = _read_versions() if versions is None else versions
    today = business_date(now).isoformat()
    key, version = (settings.PACKPROD_CLIENT_ID, MEMBERS.name, segment_name, today), _of_shards(versions)
    held: Members | None = HELD.get(key, version)
    if held is None:
        name = "\n".join((segment_name, today, version))
        held = _members(_member_rows(versions), segment_name, today, version=name)
        HELD.put(key, version, held, size=len(held.first_orders) * _DAY_BYTES)
    return held


def _members(rows: Iterable[Sequence[str]], segment_name: str, today: str, *, version: Version) -> Members:
    found = {row[_ID]: date.fromisoformat(row[_FIRST]) for row in rows if _segment_on(today, row) == segment_name}
    first_days = np.sort(np.fromiter((day.toordinal() for day in found.values()), np.int64, len(found)))
    return Members(
        version, MappingProxyType(found), frozenset(found), mask(CUSTOMERS.ordinals(list(found))), first_days
    )


def _segment_on(today: str, member: Sequence[str]) -> str:
    """The last segment that has begun. Positions instead of objects, as this runs for every customer."""
    at = _SEGMENT
    while at + 1 < len(member) and member[at + 1] <= today:
        at += 2
    return member[at]


def _member_rows(versions: Versions) -> list[list[str]]:
    """The members of every shard (see `customers.population.read_model`); one query reads those that are not held."""
    shards = {shard: versions.get(f"s{shard}", NEVER_DERIVED) for shard in _SHARDS}
    client_id = settings.PACKPROD_CLIENT_ID
    found = {shard: HELD.get((client_id, MEMBERS.name, shard), version) for shard, version in shards.items()}
    missing = [shard for shard, rows in found.items() if rows is None]
    if missing:
        read = _read_members(missing[0], missing[-1])
        for shard in missing:
            found[shard] = read.get(shard, [])
            size = _DAY_BYTES + len(found[shard]) * _MEMBER_BYTES
            HELD.put((client_id, MEMBERS.name, shard), shards[shard], found[shard], size=size)
    return [row for shard in found.values() for row in shard]


def _read_members(first: str, last: str) -> dict[str, list[list[str]]]:
    partition = Partition(
        Projection,
        hash=("bucket", bucket_id(MEMBERS.name, ALL)),
        range=Range("rowID", "between", first, last + _AFTER_CHUNKS),
    )
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for item in query_all(partition, consistent=True):
        rows[item["rowID"].partition("~")[0]] += unpacked(item["data"]["members"])
    return rows


def _read_versions() -> Versions:
    manifests, _ = read_versions(manifests=[POPULATION_SUBJECT])
    return manifests.get(POPULATION_SUBJECT, {})


def _of_shards(versions: Versions) -> Version:
    """The versions of all shards as one."""
    return "\n".join(versions.get(f"s{shard}", NEVER_DERIVED) for shard in _SHARDS)
