"""Surveys source and read models in one parallel pass that needs little memory: a fingerprint per order, and the ids of
the summaries and their rows.

A pass takes minutes while writes go on, so what it finds is only suspected, and looked at closely afterwards (see
`differences`). Summary rows are listed first. A row that is written later is then either not in the list, or named by
its summary's state when that is looked at.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any, TypeVar

import orjson
from django.conf import settings
from more_itertools import chunked

from packprod.dynamodb.provisioning import item_count
from packprod.dynamodb.reads import Item, scan_all
from packprod.dynamodb.tables import Table
from packprod.readmodels.outputs import item_key
from packprod.readmodels.projection import projection_rows
from packprod.readmodels.rebuild.differences import as_items
from packprod.readmodels.rebuild.progress import Progress
from packprod.readmodels.registry import Claim, fed_summaries, read_models, source, summary_bucket
from packprod.readmodels.tables import Derivation, Projection

T = TypeVar("T")
THREADS = 3
ROWS_PER_SEGMENT = 10_000  # DynamoDB Local walks a segment from its start for each page: short ones cost least
_STEP = 500
_CLAIMED_AT_ONCE = 100


@dataclass(slots=True)
class Survey:
    """What is stored: `prints`, the fingerprints of the rows of orders, added up by order id; `summaries`, the ids of
    all summaries that have projection rows or a state; `summary_rows`, the output keys of all summary rows;
    `foreign_rows`, those of rows about this client that other programs wrote into summary tables."""

    prints: dict[str, int] = field(default_factory=dict)
    summaries: set[str] = field(default_factory=set)
    summary_rows: set[str] = field(default_factory=set)
    foreign_rows: set[str] = field(default_factory=set)

    def add(self, other: "Survey") -> None:
        """Adds the survey of another segment."""
        for source_id, seen in other.prints.items():
            self.prints[source_id] = _added(self.prints.get(source_id, 0), seen)
        self.summaries |= other.summaries
        self.summary_rows |= other.summary_rows
        self.foreign_rows |= other.foreign_rows

    def account_for(self, keys: Iterable[str]) -> None:
        """Takes out the rows that belong to a summary."""
        self.summary_rows.difference_update(keys)
        self.foreign_rows.difference_update(keys)


@dataclass(frozen=True, slots=True)
class SuspectOrder:
    """An order whose projection rows look wrong: how many it should have (`expected`), and whether any are stored."""

    source_id: str
    expected: int
    has_rows: bool


def take_survey(progress: Progress) -> Survey:
    """Surveys all read models."""
    found = Survey()
    for segment in _survey_summaries(progress):
        found.add(segment)
    for segment in in_segments(Projection, _survey_segment, "reading projection rows", progress):
        found.add(segment)
    for table in _projected_tables():
        for segment in in_segments(table, _survey_projected, "reading rows of orders", progress):
            found.add(segment)
    found.summaries.update(*in_segments(Derivation, _ids, "reading states", progress, attributes=("derivationID",)))
    return found


def _survey_segment(items: Iterable[Item]) -> Survey:
    found = Survey()
    for item in items:
        bucket, source_id = item["bucket"], item["sourceID"]
        found.summaries.update(one.bucket_id for one in fed_summaries(bucket))
        if summary_bucket(source_id):
            found.summary_rows.add(item_key(Projection, item))
        elif _is_ours(bucket):
            found.prints[source_id] = _added(found.prints.get(source_id, 0), fingerprint(item))
    return found


def _projected_tables() -> list[type[Table]]:
    """The tables other than that of projection rows in which orders have rows."""
    return list(dict.fromkeys(table for model in read_models() for table in model.projected_tables))


def _survey_projected(items: Iterable[Item]) -> Survey:
    found = Survey()
    for item in items:
        if _names_client(item):
            source_id = item["sourceID"]
            found.prints[source_id] = _added(found.prints.get(source_id, 0), fingerprint(item))
    return found


def _survey_summaries(progress: Progress) -> Iterator[Survey]:
    claims = {table: model.claims for model in read_models() for table in model.summary_tables}
    for table, claim in claims.items():
        yield from in_segments(table, partial(_survey_rows, table, claim), "reading summaries", progress)


def _survey_rows(table: type[Table], claim: Claim, items: Iterable[Item]) -> Survey:
    found = Survey()
    for chunk in chunked(items, _CLAIMED_AT_ONCE):
        own = [item for item in chunk if item.get("clientID") == settings.PACKPROD_CLIENT_ID]
        found.summary_rows.update(item_key(table, item) for item in own)
        if len(own) < len(chunk):
            others = [item for item in chunk if item.get("clientID") != settings.PACKPROD_CLIENT_ID]
            found.foreign_rows.update(item_key(table, item) for item in claim(table, others))
    return found


def _ids(items: Iterable[Item]) -> set[str]:
    return {item["derivationID"] for item in items if summary_bucket(item["derivationID"])}


def suspect_orders(survey: Survey, progress: Progress) -> Iterator[SuspectOrder]:
    """Yields the orders whose rows do not match the survey's fingerprints, also those that no longer exist.

    Empties the fingerprints.
    """
    compare = partial(_compare_segment, survey.prints)
    yield from chain.from_iterable(in_segments(source().table, compare, "comparing orders", progress))
    yield from (SuspectOrder(source_id, 0, has_rows=True) for source_id in survey.prints)
    survey.prints.clear()


def _compare_segment(prints: dict[str, int], items: Iterable[Item]) -> list[SuspectOrder]:
    name = source().table.key_names()[0]
    suspects = []
    for item in filter(source().owned, items):
        rows = as_items(projection_rows(item)).values()
        expected = 0
        for row in rows:
            expected = _added(expected, fingerprint(row))
        stored = prints.pop(item[name], 0)
        if stored != expected:
            suspects.append(SuspectOrder(item[name], len(rows), has_rows=stored != 0))
    return suspects


def keys_of_orders(source_ids: Iterable[str], progress: Progress) -> dict[str, set[str]]:
    """The output keys of all stored rows of these orders, whether their states name them or not."""
    found: dict[str, set[str]] = {one: set() for one in source_ids}

    def collect(table: type[Table], items: Iterable[Item]) -> None:
        for item in items:
            is_ours = _is_ours(item["bucket"]) if table is Projection else _names_client(item)
            if is_ours and item["sourceID"] in found:
                found[item["sourceID"]].add(item_key(table, item))

    tables: list[type[Table]] = [Projection, *_projected_tables()]
    for table in tables if found else ():
        list(in_segments(table, partial(collect, table), "reading rows of suspects", progress))
    return found


def in_segments(
    table: type[Table],
    work: Callable[[Iterable[Item]], T],
    phase: str,
    progress: Progress,
    *,
    attributes: Sequence[str] = (),
) -> Iterator[T]:
    """Does `work` over the items of each segment of a table, in THREADS threads; yields its results."""
    total = item_count(table)
    segments = THREADS + total // ROWS_PER_SEGMENT

    def run(segment: int) -> T:
        items = scan_all(table, attributes=attributes, segment=segment, segments=segments, patient=True)
        return work(_counted(items, phase, total, progress))

    with ThreadPoolExecutor(THREADS) as pool:
        yield from pool.map(run, range(segments))


def _counted(items: Iterable[Item], phase: str, total: int, progress: Progress) -> Iterator[Item]:
    count = 0
    for count, item in enumerate(items, start=1):
        if count % _STEP == 0:
            progress(phase, _STEP, total)
        yield item
    progress(phase, count % _STEP, total)


def fingerprint(item: Item) -> int:
    """A row's fingerprint of 128 bits. Those of an order's rows are added up, so their order does not matter."""
    encoded = orjson.dumps(item, option=orjson.OPT_SORT_KEYS, default=_plain)
    return int.from_bytes(hashlib.blake2b(encoded, digest_size=16).digest())


def _added(one: int, other: int) -> int:
    return (one + other) & ((1 << 128) - 1)


def _plain(value: Any) -> Any:
    """The JSON form of types that JSON lacks, the same for equal values, such as 12.50 and 12.5."""
    if isinstance(value, Decimal):
        return ["N", str(value.normalize())]
    return ["B", value.hex()] if isinstance(value, bytes) else ["S", sorted(value, key=repr)]


def _names_client(item: Item) -> bool:
    return bool(item.get("clientID") == settings.PACKPROD_CLIENT_ID)


def _is_ours(bucket: str) -> bool:
    return bucket.split("#", 2)[1:2] == [settings.PACKPROD_CLIENT_ID]
