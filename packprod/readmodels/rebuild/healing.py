"""Mends what differs from the source: derives orders, then their summaries, level by level, in parallel."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial

from django.conf import settings
from more_itertools import chunked
from pynamodb.expressions.operand import Path

from packprod.dynamodb.errors import ConditionFailed, patiently
from packprod.dynamodb.writes import delete, write
from packprod.readmodels.outputs import keyed_row
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.differences import IDS_PER_CALL, Difference
from packprod.readmodels.rebuild.progress import Progress, silent
from packprod.readmodels.summary import summarise

THREADS = 3
Work = Callable[[Sequence[str]], set[str]]


def heal_orders(differences: Iterable[Difference], *, now: datetime, marking: bool = True) -> set[str]:
    """Deletes unexpected rows, and derives the projection rows of these orders again; returns the touched buckets.

    Without `marking` the buckets are not marked dirty, because the caller derives them in any case (see `markers`).
    """
    differences = list(differences)
    delete_rows(one.row for one in differences if one.expected is None)
    subjects = list(dict.fromkeys(one.subject for one in differences))
    return in_parallel(partial(project, now=now, force=True, marking=marking), subjects)


def heal_buckets(
    buckets: Iterable[str], *, now: datetime, marking: bool = True, progress: Progress = silent
) -> set[str]:
    """Derives the summaries of these buckets, then, level by level, those that their rows feed; returns all of them.

    They are derived by force, because a digest that says "unchanged" cannot be trusted after rows were lost.
    """
    waiting, derived = set(buckets), set[str]()
    level = partial(summarise, now=now, force=True, marking=marking)
    while waiting:
        derived |= waiting
        waiting = in_parallel(level, sorted(waiting), phase="deriving summaries", progress=progress)
    return derived


def in_parallel(work: Work, ids: Sequence[str], *, phase: str = "", progress: Progress = silent) -> set[str]:
    """Does `work` over all ids, IDS_PER_CALL at a time, in THREADS threads; returns everything that it returned."""

    def patient(part: Sequence[str]) -> set[str]:
        return patiently(lambda: work(part))

    found: set[str] = set()
    parts = list(chunked(ids, IDS_PER_CALL))
    with ThreadPoolExecutor(THREADS) as pool:
        for part, touched in zip(parts, pool.map(patient, parts), strict=True):
            found |= touched
            progress(phase, len(part), len(ids))
    return found


def delete_rows(keys: Iterable[str]) -> None:
    """Deletes the rows with these output keys."""
    for one in keys:
        write(delete(keyed_row(one)))


def delete_foreign_rows(keys: Iterable[str]) -> None:
    """Deletes the rows with these output keys that other programs wrote, except those that are ours by now."""
    owner = Path("clientID")
    foreign = owner.does_not_exist() | (owner != settings.PACKPROD_CLIENT_ID)
    for one in keys:
        with suppress(ConditionFailed):
            write(delete(keyed_row(one), condition=foreign))
