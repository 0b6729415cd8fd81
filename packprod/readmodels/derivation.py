"""The mechanism behind every read model: read the state, read the source strongly consistent, commit conditionally.

A derivation turns a source (an order, or the projection rows of a bucket) into rows. Its state has a version. The state
is read before the source, and a commit succeeds only if the version is still the same, and raises it by one. So of two
workers, or of two deliveries of one event, the one that read older data can never write last. One transaction holds the
state, the rows that changed, those no longer derived, and the dirty marks of the buckets that they touch.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from more_itertools import chunked

from packprod.dynamodb.errors import TransactionCancelled
from packprod.dynamodb.writes import MAX_OPERATIONS
from packprod.errors import EngineUnavailable
from packprod.readmodels.commit import commit
from packprod.readmodels.plan import Plan

MAX_ATTEMPTS = 8
IDS_PER_READ = 50

Planner = Callable[[Sequence[str], int], Iterable[Plan]]
"""Makes plans for these ids; also given the number of the attempt. It must read the states before the sources."""


def derive(derivation_ids: Iterable[str], plan: Planner, *, now: datetime) -> list[Plan]:
    """Plans and commits these derivations, several in one transaction where they fit; returns the committed plans.

    A derivation that fails does not hold up the others: its chunk is derived again one by one, and its error is raised
    at the end. Raises EngineUnavailable at once, and TransactionCancelled only after a derivation has lost
    MAX_ATTEMPTS races.
    """
    committed: list[Plan] = []
    failures: list[Exception] = []
    clock = _clock(now)
    waiting = deque(chunked(dict.fromkeys(derivation_ids), IDS_PER_READ))
    while waiting:
        chunk = waiting.popleft()
        try:
            committed += _derive_chunk(chunk, plan, now=now, clock=clock)
        except EngineUnavailable:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever it is, the neighbours must go on
            waiting += [[one] for one in chunk] if len(chunk) > 1 else []
            failures += [exc] if len(chunk) == 1 else []
    if failures:
        raise failures[0]
    return committed


def _clock(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` at this moment, and goes on."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _derive_chunk(
    chunk: Sequence[str], plan: Planner, *, now: datetime, clock: Callable[[], datetime], attempt: int = 1
) -> list[Plan]:
    """Plans and commits one chunk. A group that loses a race is planned again one by one, so that a contended
    derivation does not hold up the others."""
    committed: list[Plan] = []
    for group in _packed(plan(chunk, attempt)):
        try:
            commit(group, now=now, moved_at=clock())
            committed += group
        except TransactionCancelled:
            if attempt == MAX_ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
            for one in group:
                one_id = one.state.derivation_id
                committed += _derive_chunk([one_id], plan, now=now, clock=clock, attempt=attempt + 1)
    return committed


def _packed(plans: Iterable[Plan]) -> Iterator[list[Plan]]:
    """Groups of plans that each fit one transaction. A transaction may name an item only once, so a summary is never
    in one group with a plan that marks it."""
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
