"""From orders to slim rows: re-reads each order strongly and places its rows in every bucket it belongs to."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from packprod.dynamodb.engine_errors import TransactionCancelled
from packprod.dynamodb.reads import Item, batch_get
from packprod.dynamodb.transactions import MAX_OPERATIONS
from packprod.errors import BrokenOrder
from packprod.readmodels.derivation import Plan, State, commit, keyed_row, read_states
from packprod.readmodels.registry import ReadModel, bucket_id, read_models, source
from packprod.readmodels.tables import Projection

PARKED = ReadModel(name="parked", project=lambda order: ())
PARKED_KEY = "all"
MAX_ATTEMPTS = 8
_ORDERS_PER_TRANSACTION = 12


def derivation_id(source_id: str) -> str:
    """The id of the state that an order's slim rows hang on."""
    return bucket_id("order", source_id)


def project(source_ids: Iterable[str], *, now: datetime, force: bool = False) -> set[str]:
    """Derives the slim rows of these orders afresh; returns the buckets that wait for a summary now.

    Safe to repeat, reorder and run twice at once. `force` rewrites rows that look unchanged and marks their
    buckets all the same. Raises TransactionCancelled only after MAX_ATTEMPTS lost races, EngineUnavailable.
    """
    return _project(list(dict.fromkeys(source_ids)), now=now, force=force, attempt=1)


def _project(source_ids: list[str], *, now: datetime, force: bool, attempt: int) -> set[str]:
    touched: set[str] = set()
    for start in range(0, len(source_ids), _ORDERS_PER_TRANSACTION):
        for plans in _packed(_plans(source_ids[start : start + _ORDERS_PER_TRANSACTION], force=force)):
            try:
                commit(plans, now=now)
            except TransactionCancelled:
                if attempt == MAX_ATTEMPTS:
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
                for plan in plans:  # one by one, so that a contended order holds up no neighbour
                    one = plan.state.derivation_id.split("#", 2)[2]
                    touched |= _project([one], now=now, force=force, attempt=attempt + 1)
            touched |= frozenset().union(*(plan.marks for plan in plans))
    return touched


def _plans(source_ids: Sequence[str], *, force: bool) -> Iterator[Plan]:
    states = read_states(derivation_id(one) for one in source_ids)
    table = source().table
    items = {item[table.key_names()[0]]: item for item in batch_get(table, [(one,) for one in source_ids])}
    for one in source_ids:
        yield _plan(states[derivation_id(one)], items.get(one), force=force)


def _plan(state: State, item: Item | None, *, force: bool) -> Plan:
    plan = Plan(state=state, rows=slim_rows(item) if item else [], force=force)
    moved = [row for row in plan.changed if isinstance(row, Projection)]
    left = [keyed_row(key) for key in plan.stale]
    buckets = {str(row.bucket) for row in [*moved, *left] if isinstance(row, Projection)}
    return Plan(state=state, rows=plan.rows, marks=frozenset(filter(_is_summarised, buckets)), force=force)


def _is_summarised(bucket: str) -> bool:
    summarised = {model.name for model in read_models() if model.summarise}
    return bucket.split("#", 1)[0] in summarised


def slim_rows(item: Item) -> list[Projection]:
    """Every slim row of an order as stored; a broken order gives one row in the parked bucket, saying why."""
    if not source().owned(item):
        return []
    source_id = str(item[source().table.key_names()[0]])
    try:
        order = source().parse(item)
    except BrokenOrder as exc:
        parked = bucket_id(PARKED.name, PARKED_KEY)
        return [Projection(parked, source_id, source_id=source_id, data={"reason": exc.message})]
    return [
        Projection(bucket_id(model.name, row.key), row.row_id, source_id=source_id, data=row.data)
        for model in read_models()
        for row in model.project(order)
    ]


def _packed(plans: Iterable[Plan]) -> Iterator[list[Plan]]:
    """Groups plans so that each group fits one transaction."""
    group: list[Plan] = []
    size = 0
    for plan in plans:
        weight = plan.operations + len(plan.marks)
        if group and size + weight > MAX_OPERATIONS:
            yield group
            group, size = [], 0
        group.append(plan)
        size += weight
    if group:
        yield group

