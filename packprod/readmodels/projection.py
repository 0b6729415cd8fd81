"""Projects orders: reads each order strongly consistent and puts its projection rows into the buckets it belongs to."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from packprod.dynamodb.reads import Item, batch_get
from packprod.dynamodb.tables import Table
from packprod.errors import BrokenOrder
from packprod.readmodels.derivation import derive
from packprod.readmodels.outputs import fed_by_changes, stored_rows, summaries_of
from packprod.readmodels.plan import Plan, read_states
from packprod.readmodels.registry import ProjectionRow, ReadModel, bucket_id, read_models, source
from packprod.readmodels.tables import projection_item

PARKED = ReadModel(name="parked")
PARKED_COUNT = "parked-count"  # the read model that counts them (see `parked`)
PARKED_KEY = "all"
KEY_BYTES = 1_000  # an order's id may have 2,048 bytes, a range key 1,024
_ORDER = "order"


def derivation_id(source_id: str) -> str:
    """The id of the derivation of an order's projection rows."""
    return bucket_id(_ORDER, _key(source_id))


def _key(source_id: str) -> str:
    encoded = source_id.encode()
    return source_id if len(encoded) <= KEY_BYTES else hashlib.blake2b(encoded, digest_size=16).hexdigest()


def project(
    source_ids: Iterable[str], *, now: datetime, force: bool = False, marking: bool = True, wakes: bool = False
) -> set[str]:
    """Derives the projection rows of these orders; returns the buckets whose summaries are now out of date.

    It is safe to repeat, to reorder and to run twice at once. If what orders are parsed by changed meanwhile, they are
    derived again: whoever changed it looks for the orders concerned, but could not see those that were derived here
    after that.
    `force` and `marking` are those of `Plan`. With `wakes`, the summaries that unchanged rows feed are returned, too:
    whoever has projected those orders, such as a request for a customer who is not stored yet, has marked them without
    waking anybody.
    Raises EngineUnavailable, and TransactionCancelled only after many lost races.
    """
    sources = {derivation_id(one): one for one in source_ids}

    def plan(derivation_ids: Sequence[str], attempt: int) -> Iterator[Plan]:
        return _plans([sources[one] for one in derivation_ids], force=force, marking=marking)

    touched: set[str] = set()
    version, derived_by = source().version(), None
    while version != derived_by:
        plans = derive(sources, plan, now=now)
        touched.update(*(plan.touched for plan in plans))
        touched.update(*(summaries_of(plan.rows) for plan in plans if wakes and not plan.changed))
        version, derived_by = source().version(), version
    return touched


def _plans(source_ids: Sequence[str], *, force: bool, marking: bool) -> Iterator[Plan]:
    states = read_states(map(derivation_id, source_ids))
    table = source().table
    items = {item[table.key_names()[0]]: item for item in batch_get(table, [(one,) for one in source_ids])}
    former = stored_rows(key for state in states.values() for key in fed_by_changes(state.outputs))
    for one in source_ids:
        rows = projection_rows(items[one]) if one in items else []
        yield Plan(states[derivation_id(one)], rows, force=force, marking=marking, former=former)


def projection_rows(item: Item) -> list[Table]:
    """The rows of a stored order: projection rows, and those of tables that read models name as `projected_tables`. A
    broken order gives a row in the parked bucket with the reason, and the rows that read models take even from a broken
    order."""
    if not source().owned(item):
        return []
    source_id = str(item[source().table.key_names()[0]])
    rows: list[tuple[str, ProjectionRow | Table]]
    try:
        order = source().parse(item)
    except BrokenOrder as exc:
        broken = ((model.name, row) for model in read_models() for row in model.project_broken(item))
        rows = [*_parked_rows(source_id, exc, source().worth(item)), *broken]
    else:
        rows = [(model.name, row) for model in read_models() for row in model.project(order)]
    return [row if isinstance(row, Table) else projection_item(name, row, source_id=source_id) for name, row in rows]


def _parked_rows(source_id: str, reason: BrokenOrder, amount: Decimal | None) -> list[tuple[str, ProjectionRow]]:
    """The row in the list of parked orders, and the one in the shard that counts it, with the names of their models."""
    key = _key(source_id)
    counted: dict[str, Any] = {"kind": reason.kind} | ({} if amount is None else {"amount": amount})
    shard = hashlib.blake2b(key.encode(), digest_size=1).hexdigest()[0]
    return [
        (PARKED.name, ProjectionRow(key=PARKED_KEY, row_id=key, data=counted | {"reason": reason.message})),
        (PARKED_COUNT, ProjectionRow(key=shard, row_id=key, data=counted)),
    ]
