"""The one mechanism behind every read model: read the lock, read the source strongly, commit conditionally.

A derivation turns a source (an order, or the slim rows of a bucket) into rows. Its state row carries a version.
Whoever commits must name the version read before the source was read, and raises it by one; so of two workers,
or of two deliveries of one event, the one that read older data can never write last. State, rows that changed,
rows that are no longer derived and the dirty marks of the buckets they touch are one transaction.
"""

import hashlib
import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import orjson
from django.conf import settings

from packprod.dates import format_instant
from packprod.dynamodb.base import Table
from packprod.dynamodb.codec import AttributeMap
from packprod.dynamodb.engine_errors import TransactionCancelled
from packprod.dynamodb.reads import batch_get
from packprod.dynamodb.table_registry import registered_tables
from packprod.dynamodb.transactions import MAX_OPERATIONS
from packprod.dynamodb.writes import Operation, check, delete, put, transact, update
from packprod.errors import EngineUnavailable
from packprod.readmodels.chunks import chunks
from packprod.readmodels.places import Places, places_of
from packprod.readmodels.registry import summary_bucket
from packprod.readmodels.tables import Derivation, Projection

TOMBSTONE = timedelta(days=7)
MAX_ATTEMPTS = 8
IDS_PER_READ = 50


@dataclass(frozen=True, slots=True)
class State:
    """A derivation's state as read: version 0 where there is none yet."""

    derivation_id: str
    version: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    places: Places = field(default_factory=dict)
    requested: int = 0
    is_dirty: bool = False
    derived_at: str | None = None


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


@dataclass(frozen=True)
class Plan:
    """What a commit will do: the rows to have from now on, and whether to clear this derivation's own dirt.

    `force` writes rows that look unchanged, and marks what they go into, all the same. `marking` False: the caller
    derives what they go into itself, whatever happens (see `packprod.readmodels.unfinished`).
    """

    state: State
    rows: Sequence[Table]
    clears_dirt: bool = False
    force: bool = False
    marking: bool = True

    @cached_property
    def outputs(self) -> list[Output]:
        """The rows to have."""
        return [Output.of(row) for row in self.rows]

    @cached_property
    def changed(self) -> list[Output]:
        """Those that differ from what was derived last."""
        before = self.state.outputs
        return [one for one in self.outputs if self.force or before.get(one.key) != one.digest]

    @cached_property
    def stale(self) -> list[Table]:
        """Rows (no more than their keys) derived last time and no longer."""
        return [keyed_row(key) for key in sorted(self.state.outputs.keys() - {one.key for one in self.outputs})]

    @cached_property
    def touched(self) -> frozenset[str]:
        """The summaries that slim rows written or deleted here go into."""
        return summaries_of([*(one.row for one in self.changed), *self.stale])

    @property
    def marks(self) -> frozenset[str]:
        """Those of them that are dirty from this commit on."""
        return self.touched if self.marking else frozenset()

    @property
    def operations(self) -> int:
        """How many operations the commit takes at most, marks aside."""
        return 1 + len(self.changed) + len(self.stale)


def summaries_of(rows: Iterable[Table]) -> frozenset[str]:
    """The ids of the summaries that rows go into; only slim rows go into any."""
    buckets = {str(row.bucket) for row in rows if isinstance(row, Projection)}
    return frozenset(filter(summary_bucket, buckets))


def read_states(derivation_ids: Iterable[str]) -> dict[str, State]:
    """The states by id, strongly consistent; read them BEFORE the source."""
    ids = list(derivation_ids)
    found = {item["derivationID"]: item for item in batch_get(Derivation, [(one,) for one in ids])}
    return {one: _state(one, found.get(one, {})) for one in ids}


def _state(derivation_id: str, item: dict[str, Any]) -> State:
    return State(
        derivation_id=derivation_id,
        version=int(item.get("version", 0)),
        outputs=item.get("outputs", {}),
        places=item.get("places", {}),
        requested=int(item.get("requested", 0)),
        is_dirty="dirtySince" in item,
        derived_at=item.get("derivedAt"),
    )


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


Planner = Callable[[Sequence[str], int], Iterable[Plan]]
"""Plans for these ids at this attempt; must read the states before the sources."""


def derive(derivation_ids: Iterable[str], plan: Planner, *, now: datetime) -> list[Plan]:
    """Plans and commits, several derivations in one transaction where they fit; the plans that were committed.

    One that cannot be derived holds up no neighbour: its chunk is derived again one by one, and what it raised is
    raised after all the others. Raises EngineUnavailable at once, and TransactionCancelled only after MAX_ATTEMPTS
    lost races of one derivation.
    """
    committed: list[Plan] = []
    failures: list[Exception] = []
    waiting = deque(chunks(list(dict.fromkeys(derivation_ids)), size=IDS_PER_READ))
    while waiting:
        chunk = waiting.popleft()
        try:
            committed += _derive_chunk(chunk, plan, now=now)
        except EngineUnavailable:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever it is, the neighbours must go on
            waiting += [[one] for one in chunk] if len(chunk) > 1 else []
            failures += [exc] if len(chunk) == 1 else []
    if failures:
        raise failures[0]
    return committed


def _derive_chunk(chunk: Sequence[str], plan: Planner, *, now: datetime, attempt: int = 1) -> list[Plan]:
    """A group that loses a race is planned again one by one, so that a contended one holds up no neighbour."""
    committed: list[Plan] = []
    for group in _packed(plan(chunk, attempt)):
        try:
            commit(group, now=now)
            committed += group
        except TransactionCancelled:
            if attempt == MAX_ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
            for one in group:
                committed += _derive_chunk([one.state.derivation_id], plan, now=now, attempt=attempt + 1)
    return committed


def _packed(plans: Iterable[Plan]) -> Iterator[list[Plan]]:
    """Groups that fit one transaction, which may name an item only once: no summary beside one that feeds it."""
    group: list[Plan] = []
    size, marks = 0, frozenset[str]()
    for one in plans:
        together = size + one.operations + len(marks | one.marks)
        if group and (together > MAX_OPERATIONS or any(_meet(one, other) for other in group)):
            yield group
            group, size, marks = [], 0, frozenset()
        group.append(one)
        size, marks = size + one.operations, marks | one.marks
    if group:
        yield group


def _meet(one: Plan, other: Plan) -> bool:
    return one.state.derivation_id in other.marks or other.state.derivation_id in one.marks


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
    sets = {"version": state.version + 1, "outputs": named, "derivedAt": format_instant(now)}
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
    if places := places_of(plan.rows, plan.state.places, now=now):
        sets["places"] = places
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
