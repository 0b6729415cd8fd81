"""What a derivation has written and is to write: rows, told apart by table and key, compared by a digest."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from packprod.dynamodb.codec import AttributeMap
from packprod.dynamodb.tables import Table, registered_tables
from packprod.readmodels.registry import summary_bucket
from packprod.readmodels.tables import Projection


@dataclass(frozen=True, slots=True)
class Output:
    """A row to have, worked out once: its identity, its stored form, and whether that says something new."""

    row: Table
    key: str
    wire: AttributeMap
    digest: str

    @classmethod
    def of(cls, row: Table) -> "Output":
        """The output that a row is."""
        wire = row.wire()
        return cls(row, key=output_key(row), wire=wire, digest=digest(wire, volatile=row.volatile))


def output_key(row: Table) -> str:
    """A row's identity over all tables, as text: ["Projection","bucket","row"]."""
    return orjson.dumps([type(row).__name__, *row.key()]).decode()


def keyed_row(key: str) -> Table:
    """A row with nothing but its key, for deleting or looking up what `output_key` named."""
    table_name, *values = orjson.loads(key)
    table = next(table for table in registered_tables() if table.__name__ == table_name)
    return table(*values)


def digest(wire: AttributeMap, *, volatile: frozenset[str]) -> str:
    """Tells whether a row says something new; volatile attributes (when it was derived) do not count."""
    stable = {name: value for name, value in wire.items() if name not in volatile}
    encoded = orjson.dumps(stable, option=orjson.OPT_SORT_KEYS, default=_plain)
    return hashlib.blake2b(encoded, digest_size=8).hexdigest()


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else sorted(value)


def summaries_of(rows: Iterable[Table]) -> frozenset[str]:
    """The ids of the summaries that rows go into; only projection rows go into any."""
    buckets = {str(row.bucket) for row in rows if isinstance(row, Projection)}
    return frozenset(filter(summary_bucket, buckets))
