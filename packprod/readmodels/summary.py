"""Summarises buckets: derives the summary rows of a bucket from its projection rows.

A summary's rows may themselves be projection rows of another bucket, as days are of months. That bucket is then dirty,
and summarised next.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from more_itertools import chunked

from packprod.dynamodb.reads import PAGE_SIZE, Item, Partition, query_all
from packprod.dynamodb.tables import Table
from packprod.dynamodb.writes import MAX_OPERATIONS, transact
from packprod.readmodels.changes import MOST_FOLDED, decoded, net, together
from packprod.readmodels.commit import mark_operations
from packprod.readmodels.derivation import derive
from packprod.readmodels.outputs import fed_by_changes, keyed_row, stored_rows
from packprod.readmodels.plan import Plan, State, read_states
from packprod.readmodels.registry import Bucket, Fold, summary_bucket
from packprod.readmodels.tables import Projection

_CLEARING_ATTEMPTS = 4
_AT_AN_END = 20


def mark(summary_id: str, *, now: datetime) -> None:
    """Marks a summary dirty in the engine, where a sweep finds it if the wake-up is lost."""
    transact(mark_operations([summary_id], now=now))


def read_rows(summary_id: str) -> list[dict[str, Any]]:
    """The `data` of every projection row of a summary, strongly consistent, in the order of their row ids."""
    bucket = summary_bucket(summary_id)
    return list(_Ends(bucket).first(page_size=PAGE_SIZE)) if bucket else []


class _Ends:
    """The rows at both ends of a bucket."""

    def __init__(self, bucket: Bucket, further: Sequence[dict[str, Any]] = ()) -> None:
        self.further = further
        self._hash = ("bucket", bucket.partition)

    def first(self, *, page_size: int = _AT_AN_END) -> Iterator[dict[str, Any]]:
        """The `data` of the rows, the lowest row id first, `page_size` read at a time."""
        return self._walk(descending=False, page_size=page_size)

    def last(self) -> Iterator[dict[str, Any]]:
        """The `data` of the rows, the highest row id first."""
        return self._walk(descending=True, page_size=_AT_AN_END)

    def _walk(self, *, descending: bool, page_size: int) -> Iterator[dict[str, Any]]:
        partition = Partition(Projection, hash=self._hash, descending=descending)
        return (item["data"] for item in query_all(partition, consistent=True, page_size=page_size))


def further_rows(summary_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """What summaries are computed from besides their projection rows, strongly consistent; read it after the states."""
    by_model: dict[str, list[Bucket]] = defaultdict(list)
    for bucket in filter(None, map(summary_bucket, summary_ids)):
        by_model[bucket.model.name].append(bucket)
    found: dict[str, list[dict[str, Any]]] = {}
    for buckets in by_model.values():
        read = buckets[0].model.further_data
        data = read([one.key for one in buckets]) if read else {}
        found |= {one.bucket_id: [data[one.key]] for one in buckets if one.key in data}
    return found


def mark_known(summary_ids: Iterable[str], *, now: datetime) -> set[str]:
    """Marks those of these summaries dirty that were ever marked or derived; returns them.

    Any other is marked before it is derived first, and then sees what is stored by now.
    """
    ids = list(dict.fromkeys(summary_ids))
    states = (one for chunk in chunked(ids, MAX_OPERATIONS) for one in read_states(chunk).values())
    known = {one.derivation_id for one in states if one.version or one.requested}
    for chunk in chunked(sorted(known), MAX_OPERATIONS):
        transact(mark_operations(chunk, now=now))
    return known


def summarise(
    summary_ids: Iterable[str],
    *,
    now: datetime,
    force: bool = False,
    rewritten: tuple[type[Table], ...] = (),
    marking: bool = True,
) -> set[str]:
    """Derives the dirty ones of these summaries; returns the summaries in which their rows change something.

    A summary whose changes are all known is folded, any other one is computed from all its rows. Its dirty mark is
    cleared if it was not marked again meanwhile. After a few attempts it is committed without clearing the mark, so
    that a summary that is marked all the time is updated, too. `force` and `rewritten` derive clean summaries as well,
    from all rows; for the rest, they and `marking` are those of `Plan`.
    Raises EngineUnavailable, and TransactionCancelled only after many lost races.
    """
    options = _Options(now, force=force, rewritten=rewritten, marking=marking)

    def plan(chunk: Sequence[str], attempt: int) -> Iterator[Plan]:
        states, further = read_states(chunk), further_rows(chunk)
        due = [states[one] for one in chunk if force or rewritten or states[one].is_dirty]
        stored = stored_rows(key for one in due for key in _keys_to_read(one, options))
        for one in due:
            clears = attempt <= _CLEARING_ATTEMPTS
            rows = further.get(one.derivation_id, [])
            found = _folded(one, rows, stored, options, clears) or _whole(one, rows, stored, options, clears)
            if found is not None:
                yield found

    plans = derive(filter(summary_bucket, summary_ids), plan, now=now)
    touched = set[str]().union(*(one.touched for one in plans))
    left = [one.state.derivation_id for one in plans if len(one.state.changes) > len(one.folded) > 0]
    return touched | summarise(left, now=now, marking=marking) if left else touched


@dataclass(frozen=True, slots=True)
class _Options:
    """How summaries are derived; see `summarise`."""

    now: datetime
    force: bool
    rewritten: tuple[type[Table], ...]
    marking: bool

    def fold_of(self, state: State) -> Fold | None:
        """How to fold what has changed in a summary; None if it is to be computed from all rows."""
        bucket = summary_bucket(state.derivation_id)
        if bucket is None or bucket.model.fold is None or self.force or self.rewritten:
            return None
        return bucket.model.fold if state.can_fold(bucket.model.version) else None


def _keys_to_read(state: State, options: _Options) -> list[str]:
    """The output keys of those rows of a summary that a fold goes by, or of which others must know what changes."""
    return [*_kept_keys(state, options.fold_of(state)), *fed_by_changes(state.outputs)]


def _kept_keys(state: State, fold: Fold | None) -> list[str]:
    return [key for key in sorted(state.outputs) if fold and isinstance(keyed_row(key), fold.kept_in)]


def _folded(
    state: State,
    further: Sequence[dict[str, Any]],
    stored: Mapping[str, Item],
    options: _Options,
    clears_dirt: bool,
) -> Plan | None:
    """The plan made of the changes that wait; None if the summary must be computed from all rows."""
    fold, bucket = options.fold_of(state), summary_bucket(state.derivation_id)
    if fold is None or bucket is None:
        return None
    names = sorted(state.changes)[:MOST_FOLDED]
    change = together(decoded(state.changes[name]) for name in names)
    kept = [stored[key] for key in _kept_keys(state, fold) if key in stored]
    rows = fold.fold(bucket, kept, change, _Ends(bucket, further), options.now)
    if rows is None:
        return None
    clears = clears_dirt and len(names) == len(state.changes)
    plan = Plan(
        state, rows, clears_dirt=clears, marking=options.marking, former=stored, folded=names, change=net(change)
    )
    return plan if plan.operations + len(plan.marks) <= MAX_OPERATIONS else None


def _whole(
    state: State,
    further: Sequence[dict[str, Any]],
    stored: Mapping[str, Item],
    options: _Options,
    clears_dirt: bool,
) -> Plan | None:
    """The plan made of all rows; None while they do not say enough. It includes the changes that wait, because their
    rows were committed with them."""
    bucket = summary_bucket(state.derivation_id)
    rows = summary_rows(state.derivation_id, [*read_rows(state.derivation_id), *further], options.now)
    if rows is None:
        return None
    folds = None if bucket is None or bucket.model.fold is None else bucket.model.version if clears_dirt else 0
    return Plan(
        state,
        rows,
        clears_dirt=clears_dirt,
        force=options.force,
        rewritten=options.rewritten,
        marking=options.marking,
        former=stored,
        folded=sorted(state.changes) if clears_dirt else (),
        folds=folds,
    )


def summarise_upward(summary_ids: Iterable[str], *, now: datetime, force: bool = False) -> None:
    """Derives these summaries, then those that their rows feed, and so on to the end, all in this process."""
    waiting = set(summary_ids)
    while waiting:
        waiting, force = summarise(sorted(waiting), now=now, force=force), False


def summary_rows(summary_id: str, rows: list[dict[str, Any]], now: datetime) -> list[Table] | None:
    """The summary rows that the bucket's read model makes of these rows, None while they do not say enough; none if the
    id is no summary of ours."""
    bucket = summary_bucket(summary_id)
    compute = bucket.model.summarise if bucket else None
    made = compute(bucket, rows, now) if bucket and compute else []
    return None if made is None else list(made)
