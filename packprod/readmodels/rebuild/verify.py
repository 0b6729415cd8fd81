"""Verifies the read models: compares every stored row with a recompute from the orders; no digest is trusted.

A full pass reads source and read models while writes go on, so what it finds is only suspected. Each suspect is then
looked at again, alone and strongly consistent, until its difference has gone or has stood for SETTLE_SECONDS.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from more_itertools import chunked

from packprod.dynamodb.errors import patiently
from packprod.readmodels.rebuild.differences import (
    BUCKET,
    FOREIGN,
    IDS_PER_CALL,
    ORDER,
    ORPHAN,
    Difference,
    Look,
    look_at_buckets,
    look_at_foreign,
    look_at_orders,
    look_at_orphan,
)
from packprod.readmodels.rebuild.progress import Progress, silent
from packprod.readmodels.rebuild.survey import THREADS, Survey, keys_of_orders, suspect_orders, take_survey

SETTLE_SECONDS = 5.0
PATIENCE = 6
_RECHECK_SECONDS = 0.5
Subject = tuple[str, str]
Suspects = Mapping[Subject, Iterable[str]]
"""The subjects to look at again, each with the output keys of rows that were seen there."""


def verify(*, progress: Progress = silent, settle: float = SETTLE_SECONDS) -> list[Difference]:
    """Every confirmed difference of all read models; an empty list means that every figure is right."""
    survey = take_survey(progress)
    suspects: dict[Subject, Iterable[str]] = dict(_suspect_orders(survey, progress))
    for look in look_at_all_buckets(sorted(survey.summaries), progress):
        survey.account_for(look.keys)
        if look.differences:
            suspects[BUCKET, look.subject] = look.stored.keys()
    suspects |= {(ORPHAN, key): () for key in survey.summary_rows}
    suspects |= {(FOREIGN, key): () for key in survey.foreign_rows}
    return list(confirmed(suspects, settle=settle))


def _suspect_orders(survey: Survey, progress: Progress) -> Iterator[tuple[Subject, Iterable[str]]]:
    found = list(suspect_orders(survey, progress))
    keys = keys_of_orders((one.source_id for one in found if one.has_rows), progress)
    return (((ORDER, one.source_id), keys.get(one.source_id, ())) for one in found)


def look_at_all_buckets(bucket_ids: list[str], progress: Progress) -> Iterator[Look]:
    """Looks at each bucket, in THREADS threads."""

    def patient_look(part: Sequence[str]) -> list[Look]:
        return patiently(lambda: look_at_buckets(part))

    with ThreadPoolExecutor(THREADS) as pool:
        for looks in pool.map(patient_look, chunked(bucket_ids, IDS_PER_CALL)):
            progress("comparing summaries", len(looks), len(bucket_ids))
            yield from looks


def confirmed(suspects: Suspects, *, settle: float = SETTLE_SECONDS) -> Iterator[Difference]:
    """The differences that have stood unchanged for `settle` seconds.

    A difference that changes from look to look is being worked on right now; it is dropped after PATIENCE times
    `settle` seconds.
    """
    deadline = time.monotonic() + PATIENCE * settle
    sights: dict[Subject, _Sight] = {}
    waiting = list(suspects)
    while waiting:
        for subject in waiting:
            found = patiently(partial(_look, subject, suspects[subject])).differences
            sights[subject] = _Sight.next(sights.get(subject), found)
            if sights[subject].has_stood(settle):
                yield from found
        waiting = [subject for subject in waiting if sights[subject].is_open(settle)]
        if waiting and time.monotonic() >= deadline:
            return
        time.sleep(_RECHECK_SECONDS if waiting else 0)


@dataclass(frozen=True, slots=True)
class _Sight:
    """The last look at a subject: a hash of its differences (0 for none), since when they are the same, and the time of
    the look; both in monotonic seconds."""

    seen: int
    since: float
    looked_at: float

    @classmethod
    def next(cls, before: "_Sight | None", differences: list[Difference]) -> "_Sight":
        now, seen = time.monotonic(), hash(tuple(map(repr, differences))) if differences else 0
        return cls(seen, since=before.since if before and before.seen == seen else now, looked_at=now)

    def has_stood(self, settle: float) -> bool:
        return self.seen != 0 and self.looked_at >= self.since + settle

    def is_open(self, settle: float) -> bool:
        return self.seen != 0 and not self.has_stood(settle)


def _look(subject: Subject, keys: Iterable[str]) -> Look:
    kind, one = subject
    if kind == ORDER:
        return look_at_orders([one], {one: keys})[0]
    if kind == BUCKET:
        return look_at_buckets([one], {one: keys})[0]
    return look_at_foreign(one) if kind == FOREIGN else look_at_orphan(one)
