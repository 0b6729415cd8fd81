"""Writes plans: rows, deletions, the new state and the dirty marks of what they go into, all or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from packprod.dates import format_instant
from packprod.dynamodb.transactions import MAX_OPERATIONS
from packprod.dynamodb.writes import Operation, check, delete, put, transact, update
from packprod.readmodels.chunks import chunks
from packprod.readmodels.former_positions import row_positions
from packprod.readmodels.outputs import output_key, summaries_of
from packprod.readmodels.plan import Plan, State
from packprod.readmodels.tables import Derivation

TOMBSTONE = timedelta(days=7)


def commit(plans: Sequence[Plan], *, now: datetime) -> None:
    """Writes the plans, all or nothing. Raises TransactionCancelled when any state moved on meanwhile.

    One plan that is too wide for a transaction (an order with hundreds of products) is written in several: first
    the state names every row that may be there from now on, then the rows follow under that version. A crash in
    between leaves a state whose unwritten rows have no digest, so the next attempt writes them.
    """
    if len(plans) == 1 and plans[0].operations + len(plans[0].marks) > MAX_OPERATIONS:
        plans = [_commit_rows_first(plans[0], now=now)]
    operations = [operation for plan in plans for operation in _plan_operations(plan, now=now)]
    transact(operations + _mark_operations(frozenset().union(*(plan.marks for plan in plans)), now=now))


def _mark_operations(summary_ids: Iterable[str], *, now: datetime) -> list[Operation]:
    return [mark_operation(one, now=now) for one in sorted(summary_ids)]


def _commit_rows_first(plan: Plan, *, now: datetime) -> Plan:
    """Writes all rows and marks of a wide plan; what is left to commit is its state."""
    held = _name_rows(plan, now=now)
    unmoved = check(Derivation(held.derivation_id), counters={"version": held.version})
    moves = [(one.row, put(type(one.row), one.wire)) for one in plan.changed]
    moves += [(row, delete(row)) for row in plan.stale]
    for chunk in chunks(moves, size=MAX_OPERATIONS // 2 - 1):
        marks = summaries_of(row for row, _ in chunk) & plan.marks
        transact([unmoved, *(operation for _, operation in chunk), *_mark_operations(marks, now=now)])
    written = {one.key: one.digest for one in plan.outputs}
    return replace(plan, state=replace(held, outputs=written), force=False)


def _name_rows(plan: Plan, *, now: datetime) -> State:
    """Makes the state name every row that may be there until the plan is done, those to be written without digest."""
    state = plan.state
    keys = (*(one.key for one in plan.changed), *map(output_key, plan.stale))
    named = state.outputs | dict.fromkeys(keys, "")
    sets: dict[str, Any] = {"version": state.version + 1, "outputs": named}
    if plan.changed:
        sets["derivedAt"] = format_instant(now)
    transact([update(Derivation(state.derivation_id), sets=sets, counters={"version": state.version})])
    return replace(state, version=state.version + 1, outputs=named)


def _plan_operations(plan: Plan, *, now: datetime) -> list[Operation]:
    rows = [put(type(one.row), one.wire) for one in plan.changed]
    return [*rows, *map(delete, plan.stale), _state_operation(plan, now=now)]


def _unmoved(plan: Plan) -> dict[str, int]:
    """What the stored state's counters must be for the plan to be of use."""
    state = plan.state
    seen = {"version": state.version}
    return seen | {"requested": state.requested} if plan.clears_dirt else seen


def _state_operation(plan: Plan, *, now: datetime) -> Operation:
    sets: dict[str, Any] = {
        "version": plan.state.version + 1,
        "outputs": {one.key: one.digest for one in plan.outputs},
    }
    if positions := row_positions(plan.rows, plan.state.positions, now=now):
        sets["places"] = positions
    if plan.changed:
        sets["derivedAt"] = format_instant(now)
    removes = ["dirtyClient", "dirtySince"] if plan.clears_dirt else []
    # A state without rows is a tombstone: it keeps late retries from reviving what is gone.
    if plan.rows:
        removes.append("ttl")
    else:
        sets["ttl"] = int((now + TOMBSTONE).timestamp())
    return update(Derivation(plan.state.derivation_id), sets=sets, removes=removes, counters=_unmoved(plan))


def mark_operation(summary_id: str, *, now: datetime) -> Operation:
    """Marks a summary dirty."""
    return update(
        Derivation(summary_id),
        sets={"dirtyClient": settings.PACKPROD_CLIENT_ID},
        defaults={"dirtySince": format_instant(now)},
        adds={"requested": 1},
        removes=["ttl"],
    )
