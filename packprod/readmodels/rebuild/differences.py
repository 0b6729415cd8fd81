"""Compares the rows that an order or a bucket should give with the stored ones.

Both are read strongly consistent and compared attribute by attribute; no digest is trusted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from packprod.dates import parse_instant
from packprod.dynamodb.codec import decode_item
from packprod.dynamodb.reads import Item, batch_get
from packprod.dynamodb.tables import Table
from packprod.readmodels.outputs import output_key, stored_rows
from packprod.readmodels.plan import read_states
from packprod.readmodels.projection import derivation_id, projection_rows
from packprod.readmodels.registry import source
from packprod.readmodels.summary import further_rows, read_rows, summary_rows

Rows = dict[str, Item]
"""Rows by output key, as they are read."""
Keys = Mapping[str, Iterable[str]]
"""Output keys of further rows to look at, by subject."""
ORDER, BUCKET, ORPHAN, FOREIGN = "order", "bucket", "orphan", "foreign"
IDS_PER_CALL = 96  # how many orders or buckets one call looks at, or derives, when all of them are processed


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that differs from what the source says. `subject` is an order id, a bucket id or, for an orphan, the row's
    output key. `expected` or `stored` is None if there is no such row."""

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


@dataclass(frozen=True, slots=True)
class Look:
    """The rows of one subject, as they should be and as they are. `keys` are the output keys of the rows that belong to
    it: those it should have, and those its state names."""

    kind: str
    subject: str
    keys: frozenset[str]
    expected: Rows
    stored: Rows

    @property
    def differences(self) -> list[Difference]:
        """A difference for each row that is missing, unexpected or has other attributes."""
        return [
            Difference(self.kind, self.subject, key, self.expected.get(key), self.stored.get(key))
            for key in sorted(self.expected.keys() | self.stored.keys())
            if self.expected.get(key) != self.stored.get(key)
        ]


def look_at_orders(source_ids: Sequence[str], extra: Keys | None = None) -> list[Look]:
    """Looks at the projection rows of these orders."""
    source().version()
    states = read_states(map(derivation_id, source_ids))
    name = source().table.key_names()[0]
    items = {item[name]: item for item in batch_get(source().table, [(one,) for one in source_ids])}
    expected = {one: as_items(projection_rows(items[one])) if one in items else {} for one in source_ids}
    outputs = {one: states[derivation_id(one)].outputs for one in source_ids}
    return list(_looks(ORDER, expected, outputs, extra or {}))


def look_at_buckets(bucket_ids: Sequence[str], extra: Keys | None = None) -> list[Look]:
    """Looks at the summary rows of these buckets, recomputed for the instant at which they were derived."""
    states = read_states(bucket_ids)
    further = further_rows(bucket_ids)
    expected = {
        one: as_items(_expected_summary(one, further.get(one, ()), states[one].derived_at)) for one in bucket_ids
    }
    outputs = {one: states[one].outputs for one in bucket_ids}
    return list(_looks(BUCKET, expected, outputs, extra or {}))


def _expected_summary(bucket: str, further: Iterable[dict[str, Any]], derived_at: str | None) -> list[Table]:
    """The summary rows that a bucket should have; as of 1970 if they were never derived."""
    rows = [*read_rows(bucket), *further]
    return summary_rows(bucket, rows, parse_instant(derived_at or "1970-01-01T00:00:00Z")) or []


def look_at_orphan(key: str) -> Look:
    """Looks at a row that belongs to no order and no bucket."""
    return Look(ORPHAN, key, frozenset(), expected={}, stored=stored_rows([key]))


def look_at_foreign(key: str) -> Look:
    """Looks at a row that another program wrote and no bucket accounts for; one that is ours by now is none."""
    stored = {one: row for one, row in stored_rows([key]).items() if row.get("clientID") != settings.PACKPROD_CLIENT_ID}
    return Look(FOREIGN, key, frozenset(), expected={}, stored=stored)


def _looks(
    kind: str, expected: Mapping[str, Rows], outputs: Mapping[str, Iterable[str]], extra: Keys
) -> Iterator[Look]:
    accounted = {one: frozenset({*expected[one], *outputs[one]}) for one in expected}
    keys = {one: accounted[one].union(extra.get(one, ())) for one in expected}
    stored = stored_rows(frozenset().union(*keys.values()))
    for one in expected:
        held = {key: stored[key] for key in keys[one] if key in stored}
        yield Look(kind, one, accounted[one], expected=expected[one], stored=held)


def as_items(rows: Iterable[Table]) -> Rows:
    """Rows by output key, as they would be read back."""
    return {output_key(row): decode_item(row.wire()) for row in rows}
