"""Compares every read model with a recompute from the source; trusts no digest, only stored bytes.

A full pass reads source and read models while writes go on, so what it finds is only suspected; each suspicion
is then looked at again, alone and strongly consistent, until it has gone or has stood for SETTLE_SECONDS.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.conf import settings

from packprod.dates import parse_instant
from packprod.dynamodb.base import Table
from packprod.dynamodb.codec import decode_item
from packprod.dynamodb.reads import Item, batch_get, scan_all
from packprod.readmodels.derivation import keyed_row, output_key, read_states
from packprod.readmodels.projection import derivation_id, slim_rows
from packprod.readmodels.registry import read_models, source, summary_bucket
from packprod.readmodels.summary import read_rows, summary_rows
from packprod.readmodels.tables import Derivation, Projection

SETTLE_SECONDS = 5.0
PATIENCE = 6
_RECHECK_SECONDS = 0.5
Subject = tuple[str, str]
Rows = dict[str, Item]
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored row that is not what the source says. `subject` is an order id or a bucket; None: there is no row."""

    kind: str
    subject: str
    row: str
    expected: Item | None
    stored: Item | None

    def __str__(self) -> str:
        if self.expected is None or self.stored is None:
            return f"{self.row}: {'unexpected' if self.expected is None else 'missing'}"
        names = sorted(self.expected.keys() | self.stored.keys())
        changes = [
            f"{name} is {self.stored.get(name)!r}, should be {self.expected.get(name)!r}"
            for name in names
            if self.expected.get(name) != self.stored.get(name)
        ]
        return f"{self.row}: {'; '.join(changes)}"


def compare(kind: str, subject: str, *, expected: Rows, stored: Rows) -> list[Difference]:
    """One difference per row that is missing, unexpected or other."""
    return [
        Difference(kind, subject, key, expected.get(key), stored.get(key))
        for key in sorted(expected.keys() | stored.keys())
        if expected.get(key) != stored.get(key)
    ]


def as_items(rows: Iterable[Table]) -> Rows:
    """Rows as they would be read back, by output key."""
    return {output_key(row): decode_item(row.wire()) for row in rows}


def stored_rows(keys: Iterable[str]) -> Rows:
    """What the engine holds under these output keys, strongly consistent."""
    by_table: dict[type[Table], list[Table]] = defaultdict(list)
    for row in map(keyed_row, keys):
        by_table[type(row)].append(row)
    return {
        _item_key(table, item): item
        for table, rows in by_table.items()
        for item in batch_get(table, [row.key() for row in rows])
    }


def _item_key(table: type[Table], item: Item) -> str:
    return output_key(table(*(item[name] for name in table.key_names())))


def check_order(source_id: str, extra_keys: Iterable[str] = ()) -> list[Difference]:
    """Differences in one order's slim rows."""
    state = read_states([derivation_id(source_id)])[derivation_id(source_id)]
    items = batch_get(source().table, [(source_id,)])
    expected = as_items(slim_rows(items[0])) if items else {}
    stored = stored_rows({*expected, *state.outputs, *extra_keys})
    return compare("order", source_id, expected=expected, stored=stored)


def check_bucket(bucket: str, extra_keys: Iterable[str] = ()) -> list[Difference]:
    """Differences in one bucket's summary rows, recomputed for the instant they were derived at."""
    state = read_states([bucket])[bucket]
    expected = as_items(expected_summary(bucket, read_rows(bucket), state.derived_at))
    stored = stored_rows({*expected, *state.outputs, *extra_keys})
    return compare("bucket", bucket, expected=expected, stored=stored)


def expected_summary(bucket: str, rows: list[Any], derived_at: str | None) -> list[Table]:
    """The summary rows that a bucket's slim rows give; with no instant of deriving, as of the epoch."""
    return summary_rows(bucket, rows, parse_instant(derived_at or "1970-01-01T00:00:00Z"))


def suspect_orders(progress: Progress = lambda count: None) -> Iterator[Difference]:
    """One pass over source and projections."""
    stored: dict[str, Rows] = defaultdict(dict)
    for item in scan_all(Projection):
        if _is_ours(item["bucket"]) and summary_bucket(item["sourceID"]) is None:
            stored[item["sourceID"]][_item_key(Projection, item)] = item
    name = source().table.key_names()[0]
    for item in scan_all(source().table):
        progress(1)
        if source().owned(item):
            yield from compare(
                "order", item[name], expected=as_items(slim_rows(item)), stored=stored.pop(item[name], {})
            )
    for source_id, rows in stored.items():
        yield from compare("order", source_id, expected={}, stored=rows)


def suspect_buckets(progress: Progress = lambda count: None) -> Iterator[Difference]:
    """One pass over summaries, projections and states.

    In this order: a summary row that comes while this runs is then either not seen, or named by its state.
    """
    stored = _stored_summaries()
    rows, given = _rows_by_summary()
    stored |= given
    states = {item["derivationID"]: item for item in scan_all(Derivation)}
    for one in sorted(rows.keys() | {id for id in states if summary_bucket(id)}):
        progress(1)
        state = states.get(one, {})
        data = [row for _, row in sorted(rows[one], key=itemgetter(0))]
        expected = as_items(expected_summary(one, data, state.get("derivedAt")))
        keys = {*expected, *state.get("outputs", {})}
        held = {key: stored.pop(key) for key in keys if key in stored}
        yield from compare("bucket", one, expected=expected, stored=held)
    for key, item in stored.items():
        yield Difference("orphan", key, key, None, item)


def _rows_by_summary() -> tuple[dict[str, list[tuple[str, Any]]], Rows]:
    """Slim rows by the summary they go into, and those that a summary gave."""
    rows: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    given: Rows = {}
    for item in scan_all(Projection):
        if summary_bucket(item["bucket"]):
            rows[item["bucket"]].append((item["rowID"], item["data"]))
        if summary_bucket(item["sourceID"]):
            given[_item_key(Projection, item)] = item
    return rows, given


def _stored_summaries() -> Rows:
    tables = dict.fromkeys(table for model in read_models() for table in model.summary_tables)
    items = ((table, item) for table in tables for item in scan_all(table))
    return {
        _item_key(table, item): item for table, item in items if item.get("clientID") == settings.PACKPROD_CLIENT_ID
    }


def _is_ours(bucket: str) -> bool:
    return bucket.split("#", 2)[1:2] == [settings.PACKPROD_CLIENT_ID]


def confirmed(suspected: Iterable[Difference], *, settle: float = SETTLE_SECONDS) -> list[Difference]:
    """The suspicions that have stood, unchanged, for `settle` seconds.

    One that changes from look to look is being worked on right now; after PATIENCE times that long it is let go.
    """
    rows: dict[Subject, set[str]] = defaultdict(set)
    for one in suspected:
        rows[one.kind, one.subject].add(one.row)
    deadline = time.monotonic() + PATIENCE * settle
    sights = {subject: _Sight.first(_check(subject, rows[subject])) for subject in rows}
    while any(sight.is_open(settle) for sight in sights.values()) and time.monotonic() < deadline:
        time.sleep(_RECHECK_SECONDS)
        sights = {subject: sight.next(_check(subject, rows[subject])) for subject, sight in sights.items()}
    return [one for sight in sights.values() if not sight.is_open(settle) for one in sight.differences]


@dataclass(frozen=True, slots=True)
class _Sight:
    """What was seen at a subject at the last look, and since when it has looked the same (monotonic seconds)."""

    differences: list[Difference]
    since: float
    looked_at: float

    @classmethod
    def first(cls, differences: list[Difference]) -> "_Sight":
        now = time.monotonic()
        return cls(differences, since=now, looked_at=now)

    def next(self, differences: list[Difference]) -> "_Sight":
        now = time.monotonic()
        return _Sight(differences, since=self.since if differences == self.differences else now, looked_at=now)

    def is_open(self, settle: float) -> bool:
        return bool(self.differences) and self.looked_at < self.since + settle


def _check(key: Subject, rows: set[str]) -> list[Difference]:
    kind, subject = key
    if kind == "order":
        return check_order(subject, rows)
    if kind == "bucket":
        return check_bucket(subject, rows)
    return compare("orphan", subject, expected={}, stored=stored_rows([subject]))


def verify(*, progress: Progress = lambda count: None, settle: float = SETTLE_SECONDS) -> list[Difference]:
    """Every confirmed difference over all read models; an empty list means every figure is right."""
    return confirmed([*suspect_orders(progress), *suspect_buckets(progress)], settle=settle)
