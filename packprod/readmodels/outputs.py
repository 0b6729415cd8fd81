"""The rows that a derivation writes: identified by table and key, compared by a digest."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from packprod.dynamodb.codec import AttributeMap
from packprod.dynamodb.reads import Item, batch_get
from packprod.dynamodb.tables import Table, registered_tables
from packprod.readmodels.registry import fed_summaries
from packprod.readmodels.tables import Projection


@dataclass(frozen=True, slots=True)
class Output:
    """A row to write, with its output key, its stored form and the digest of that."""

    row: Table
    key: str
    wire: AttributeMap
    digest: str

    @classmethod
    def of(cls, row: Table) -> "Output":
        """The output for a row."""
        wire = row.wire()
        return cls(row, key=output_key(row), wire=wire, digest=digest(wire, volatile=row.volatile))


def output_key(row: Table) -> str:
    """A row's identity among all tables, as text: ["Projection","bucket","row"]."""
    return orjson.dumps([type(row).__name__, *row.key()]).decode()


def keyed_row(key: str) -> Table:
    """The row of an output key, with nothing but its key attributes: for deleting it or looking it up."""
    table_name, *values = orjson.loads(key)
    table = next(table for table in registered_tables() if table.__name__ == table_name)
    return table(*values)


def stored_rows(keys: Iterable[str]) -> dict[str, Item]:
    """The stored rows with these output keys, by key, strongly consistent."""
    by_table: dict[type[Table], list[tuple[Any, ...]]] = defaultdict(list)
    for row in map(keyed_row, keys):
        by_table[type(row)].append(row.key())
    return {item_key(table, item): item for table, pairs in by_table.items() for item in batch_get(table, pairs)}


def item_key(table: type[Table], item: Item) -> str:
    """The output key of a row that was read."""
    return output_key(table(*(item[name] for name in table.key_names())))


def fed_by_changes(keys: Iterable[str]) -> list[str]:
    """Of these output keys those of projection rows that contribute to a summary which is kept up by changes."""
    return [key for key in keys if _contributes(keyed_row(key))]


def _contributes(row: Table) -> bool:
    if not isinstance(row, Projection):
        return False
    folds = (one.model.fold for one in fed_summaries(row.bucket))
    return any(fold is not None and fold.contribution is not None for fold in folds)


def digest(wire: AttributeMap, *, volatile: frozenset[str]) -> str:
    """A digest of a row's stored form, without its volatile attributes: it changes when the row says something new."""
    stable = {name: value for name, value in wire.items() if name not in volatile}
    encoded = orjson.dumps(stable, option=orjson.OPT_SORT_KEYS, default=_plain)
    return hashlib.blake2b(encoded, digest_size=8).hexdigest()


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else sorted(value)


def summaries_of(rows: Iterable[Table]) -> frozenset[str]:
    """The ids of the summaries that these rows feed; only projection rows feed any."""
    partitions = {str(row.bucket) for row in rows if isinstance(row, Projection)}
    return frozenset(fed.bucket_id for one in partitions for fed in fed_summaries(one))
