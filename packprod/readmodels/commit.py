"""Commits plans, all or nothing: rows, deletions, the new state, and the dirty marks of the summaries they feed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from more_itertools import chunked
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from packprod.dates import format_instant
from packprod.dynamodb.errors import TransactionCancelled
from packprod.dynamodb.tables import IntegerAttribute
from packprod.dynamodb.writes import MAX_OPERATIONS, Operation, check, delete, put, transact, update, update_each
from packprod.readmodels.changes import MOST_FOLDED, Change, change_name
from packprod.readmodels.former_positions import row_positions
from packprod.readmodels.outputs import output_key
from packprod.readmodels.plan import Plan, State
from packprod.readmodels.tables import Derivation, Manifest

TOMBSTONE = timedelta(days=7)
_TOO_LARGE = "ValidationError"  # the engine's reason where an item would exceed what it can hold


def commit(plans: Sequence[Plan], *, now: datetime, moved_at: datetime) -> None:
    """Writes the plans, all or nothing. Raises TransactionCancelled if any state has changed meanwhile. `now` is the
    instant that the rows were planned for, `moved_at` the present one, at which they leave their former positions.

    A single plan that is too large for one transaction, such as that of an order with hundreds of products, takes
    several. The first makes the state name every row that may exist from now on; the rows follow under that version.
    After a crash in between, the rows that were not written have no digest in the state, so the next attempt writes
    them.

    Where more changes wait in a summary's state than an item can hold, it is marked without what changes.
    """
    try:
        _commit(plans, now=now, moved_at=moved_at)
    except TransactionCancelled as exc:
        if _TOO_LARGE not in str(exc) or not any(plan.recording for plan in plans):
            raise
        _commit([replace(plan, recording=False) for plan in plans], now=now, moved_at=moved_at)


def _commit(plans: Sequence[Plan], *, now: datetime, moved_at: datetime) -> None:
    plans = [_without_most_changes(plan) for plan in plans]
    if len(plans) == 1 and plans[0].operations + len(plans[0].marks) > MAX_OPERATIONS:
        plans = [_commit_rows_first(plans[0], now=now)]
    operations = [operation for plan in plans for operation in _plan_operations(plan, now=now, moved_at=moved_at)]
    marks = [(plan, plan.changes_fed) for plan in plans if plan.marking]
    transact(operations + _manifest_operations(plans, now=now) + change_operations(marks, now=now))


def _without_most_changes(plan: Plan) -> Plan:
    """Takes out of a state most of the changes that a plan of all rows includes, if one update cannot name them all.

    Nothing can be folded until the plan is committed.
    """
    *first, last = [*chunked(plan.folded, MOST_FOLDED)] or [[]]
    for names in first:
        actions: list[Action] = [Derivation.folds.remove(), *(Path([name]).remove() for name in names)]
        transact([update(Derivation(plan.state.derivation_id), actions=actions, condition=_unmoved(plan))])
    return replace(plan, folded=last)


def _commit_rows_first(plan: Plan, *, now: datetime) -> Plan:
    """Writes all rows and marks of a large plan; returns the plan that is left, which commits its state."""
    held = _name_rows(plan, now=now)
    unmoved = check(Derivation(held.derivation_id), condition=_at_version(held))
    moves = [(one.row, put(one.row, wire=one.wire)) for one in plan.changed]
    moves += [(row, delete(row)) for row in plan.stale]
    for part, chunk in enumerate(chunked(moves, MAX_OPERATIONS // 2 - 1), start=1):
        marks = plan.changes_by(row for row, _ in chunk) if plan.marking else {}
        marking = change_operations([(replace(plan, state=held), marks)], now=now, part=part)
        transact([unmoved, *(operation for _, operation in chunk), *marking])
    written = {one.key: one.digest for one in plan.outputs}
    return replace(plan, state=replace(held, outputs=written), force=False, rewritten=())


def _name_rows(plan: Plan, *, now: datetime) -> State:
    """Makes the state name every row that may exist until the plan is done; rows yet to be written have no digest."""
    state = plan.state
    keys = (*(one.key for one in plan.changed), *map(output_key, plan.stale))
    named = state.outputs | dict.fromkeys(keys, "")
    actions: list[Action] = [Derivation.version.set(state.version + 1), Derivation.outputs.set(named)]
    actions.append(Derivation.folds.remove())  # of rows that are written one by one nobody knows what they include
    if plan.changed:
        actions.append(Derivation.derived_at.set(format_instant(now)))
    transact([update(Derivation(state.derivation_id), actions=actions, condition=_at_version(state))])
    return replace(state, version=state.version + 1, outputs=named)


def _plan_operations(plan: Plan, *, now: datetime, moved_at: datetime) -> list[Operation]:
    rows = [put(one.row, wire=one.wire) for one in plan.changed]
    return [*rows, *map(delete, plan.stale), _state_operation(plan, now=now, moved_at=moved_at)]


def _manifest_operations(plans: Iterable[Plan], *, now: datetime) -> list[Operation]:
    """One operation for each manifest, as a transaction may name an item only once.

    The instant belongs to the version: a state that is dropped counts from 1 again.
    """
    versions: dict[str, list[Action]] = defaultdict(list)
    for plan in plans:
        if plan.manifest is not None:
            name, attribute = plan.manifest
            version = f"{plan.state.version + 1} {format_instant(now)}"
            versions[f"{settings.PACKPROD_CLIENT_ID}#{name}"].append(Path([attribute]).set(version))
    return [update(Manifest(manifest_id), actions=actions) for manifest_id, actions in sorted(versions.items())]


def _state_operation(plan: Plan, *, now: datetime, moved_at: datetime) -> Operation:
    outputs = {one.key: one.digest for one in plan.outputs}
    actions: list[Action] = [Derivation.version.set(plan.state.version + 1), Derivation.outputs.set(outputs)]
    if positions := row_positions(plan.rows, plan.state.positions, now=moved_at):
        actions.append(Derivation.positions.set(positions))
    if plan.changed:
        actions.append(Derivation.derived_at.set(format_instant(now)))
    if plan.clears_dirt:
        actions += [Derivation.dirty_client.remove(), Derivation.dirty_since.remove()]
    if plan.folds:
        actions += [Derivation.folds.set(plan.folds), Derivation.recorded.set(plan.state.requested)]
    elif plan.folds == 0:
        actions.append(Derivation.folds.remove())
    actions += [Path([name]).remove() for name in plan.folded]
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
    """The operations that mark summaries dirty, without what changes in them."""
    return update_each(map(Derivation, sorted(summary_ids)), actions=_marking(now))


def change_operations(
    marks: Iterable[tuple[Plan, Mapping[str, Change | None]]], *, now: datetime, part: int = 0
) -> list[Operation]:
    """The operations that mark summaries dirty with what these plans change in them, one for each summary."""
    unknown, known = set[str](), defaultdict[str, list[Action]](list)
    for plan, changes in marks:
        name = change_name(plan.state.derivation_id, plan.state.version + 1, part)
        for summary_id, change in changes.items():
            if change is None:
                unknown.add(summary_id)
            else:
                known[summary_id].append(Path([name]).set(change.encoded()))
    recorded: list[Operation] = []
    for summary_id in sorted(known):
        counted = [] if summary_id in unknown else [Derivation.recorded.add(1)]
        actions = [*_marking(now), *counted, *known[summary_id]]
        recorded.append(update(Derivation(summary_id), actions=actions))
    return [*recorded, *mark_operations(unknown - known.keys(), now=now)]


def _marking(now: datetime) -> list[Action]:
    return [
        Derivation.dirty_client.set(settings.PACKPROD_CLIENT_ID),
        Derivation.dirty_since.set(Derivation.dirty_since | format_instant(now)),  # kept where there is one
        Derivation.requested.add(1),
        Derivation.ttl.remove(),
    ]
