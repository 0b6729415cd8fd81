"""Commits plans, all or nothing: rows, deletions, the new state, and the dirty marks of the summaries they feed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from more_itertools import chunked
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from packprod.dates import format_instant
from packprod.dynamodb.tables import IntegerAttribute
from packprod.dynamodb.writes import MAX_OPERATIONS, Operation, check, delete, put, transact, update, update_each
from packprod.readmodels.former_positions import row_positions
from packprod.readmodels.outputs import output_key, summaries_of
from packprod.readmodels.plan import Plan, State
from packprod.readmodels.tables import Derivation

TOMBSTONE = timedelta(days=7)


def commit(plans: Sequence[Plan], *, now: datetime) -> None:
    """Writes the plans, all or nothing. Raises TransactionCancelled if any state has changed meanwhile.

    A single plan that is too large for one transaction, such as that of an order with hundreds of products, takes
    several. The first makes the state name every row that may exist from now on; the rows follow under that version.
    After a crash in between, the rows that were not written have no digest in the state, so the next attempt writes
    them.
    """
    if len(plans) == 1 and plans[0].operations + len(plans[0].marks) > MAX_OPERATIONS:
        plans = [_commit_rows_first(plans[0], now=now)]
    operations = [operation for plan in plans for operation in _plan_operations(plan, now=now)]
    transact(operations + mark_operations(frozenset().union(*(plan.marks for plan in plans)), now=now))


def _commit_rows_first(plan: Plan, *, now: datetime) -> Plan:
    """Writes all rows and marks of a large plan; returns the plan that is left, which commits its state."""
    held = _name_rows(plan, now=now)
    unmoved = check(Derivation(held.derivation_id), condition=_at_version(held))
    moves = [(one.row, put(one.row, wire=one.wire)) for one in plan.changed]
    moves += [(row, delete(row)) for row in plan.stale]
    for chunk in chunked(moves, MAX_OPERATIONS // 2 - 1):
        marks = summaries_of(row for row, _ in chunk) & plan.marks
        transact([unmoved, *(operation for _, operation in chunk), *mark_operations(marks, now=now)])
    written = {one.key: one.digest for one in plan.outputs}
    return replace(plan, state=replace(held, outputs=written), force=False, rewritten=())


def _name_rows(plan: Plan, *, now: datetime) -> State:
    """Makes the state name every row that may exist until the plan is done; rows yet to be written have no digest."""
    state = plan.state
    keys = (*(one.key for one in plan.changed), *map(output_key, plan.stale))
    named = state.outputs | dict.fromkeys(keys, "")
    actions: list[Action] = [Derivation.version.set(state.version + 1), Derivation.outputs.set(named)]
    if plan.changed:
        actions.append(Derivation.derived_at.set(format_instant(now)))
    transact([update(Derivation(state.derivation_id), actions=actions, condition=_at_version(state))])
    return replace(state, version=state.version + 1, outputs=named)


def _plan_operations(plan: Plan, *, now: datetime) -> list[Operation]:
    rows = [put(one.row, wire=one.wire) for one in plan.changed]
    return [*rows, *map(delete, plan.stale), _state_operation(plan, now=now)]


def _state_operation(plan: Plan, *, now: datetime) -> Operation:
    outputs = {one.key: one.digest for one in plan.outputs}
    actions: list[Action] = [Derivation.version.set(plan.state.version + 1), Derivation.outputs.set(outputs)]
    if positions := row_positions(plan.rows, plan.state.positions, now=now):
        actions.append(Derivation.positions.set(positions))
    if plan.changed:
        actions.append(Derivation.derived_at.set(format_instant(now)))
    if plan.clears_dirt:
        actions += [Derivation.dirty_client.remove(), Derivation.dirty_since.remove()]
    # A state without rows is a tombstone: it keeps late retries from reviving what is gone.
    tombstone_until = int((now + TOMBSTONE).timestamp())
    actions.append(Derivation.ttl.remove() if plan.rows else Derivation.ttl.set(tombstone_until))
    return update(Derivation(plan.state.derivation_id), actions=actions, condition=_unmoved(plan))


def _unmoved(plan: Plan) -> Condition:
    """The condition for the plan: no other commit since the state was read and, if it clears dirt, no mark either."""
    unmoved = _at_version(plan.state)
    return unmoved & _counts(Derivation.requested, plan.state.requested) if plan.clears_dirt else unmoved


def _at_version(state: State) -> Condition:
    return _counts(Derivation.version, state.version)


def _counts(counter: IntegerAttribute, count: int) -> Condition:
    """The condition that a counter has this value; a counter of 0 is absent."""
    return counter == count if count else counter.does_not_exist()


def mark_operations(summary_ids: Iterable[str], *, now: datetime) -> list[Operation]:
    """The operations that mark summaries dirty."""
    actions: list[Action] = [
        Derivation.dirty_client.set(settings.PACKPROD_CLIENT_ID),
        Derivation.dirty_since.set(Derivation.dirty_since | format_instant(now)),  # kept where there is one
        Derivation.requested.add(1),
        Derivation.ttl.remove(),
    ]
    return update_each(map(Derivation, sorted(summary_ids)), actions=actions)
