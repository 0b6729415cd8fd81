"""Puts right what verification finds: a rebuild is a verification that mends, so a healthy model is not touched."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

import structlog

from packprod.dynamodb import leases
from packprod.dynamodb.base import Table
from packprod.dynamodb.engine_errors import engine_errors
from packprod.dynamodb.provisioning import stream_arn
from packprod.readmodels.definitions import changed_models, record_built
from packprod.readmodels.derivation import keyed_row, summaries_of
from packprod.readmodels.projection import project
from packprod.readmodels.registry import source
from packprod.readmodels.summary import summarise
from packprod.readmodels.verify import Difference, suspect_buckets, suspect_orders, verify

THREADS = 4
IDS_PER_CALL = 96
Progress = Callable[[int], object]
log = structlog.get_logger(__name__)


def rebuild(*, now: datetime, progress: Progress = lambda count: None) -> int:
    """Recomputes every read model from the source and mends what differs; returns how many rows differed.

    Safe while everything runs: it writes through the same conditional commits as the stream.
    """
    orders = list(suspect_orders(progress))
    touched = heal_orders(orders, now=now)
    buckets = list(suspect_buckets(progress))
    orphans = [keyed_row(one.row) for one in buckets if one.kind == "orphan"]
    for row in orphans:
        _delete(row)
    wrong = {one.subject for one in buckets if one.kind == "bucket"}
    heal_buckets({*touched, *wrong, *summaries_of(orphans)}, now=now)
    record_built()
    return len(orders) + len(buckets)


def heal_orders(differences: Iterable[Difference], *, now: datetime) -> set[str]:
    """Derives the slim rows of these orders afresh, drops rows that belong to no order; the buckets touched."""
    differences = list(differences)
    for one in differences:
        if one.expected is None:
            _delete(keyed_row(one.row))
    subjects = list(dict.fromkeys(one.subject for one in differences))
    with ThreadPoolExecutor(THREADS) as pool:
        calls = pool.map(lambda ids: project(ids, now=now, force=True), _chunks(subjects))
        return set().union(*calls)


def heal_buckets(buckets: Iterable[str], *, now: datetime) -> None:
    """Derives the summaries of these buckets afresh, then, level by level, those their rows go into.

    All by force: a digest that calls a row unchanged is not to be believed where rows were lost.
    """
    waiting = set(buckets)
    level = partial(summarise, now=now, force=True)
    with ThreadPoolExecutor(THREADS) as pool:
        while waiting:
            waiting = set().union(*pool.map(level, _chunks(sorted(waiting))))


def verify_and_heal(*, now: datetime, progress: Progress = lambda count: None) -> list[Difference]:
    """The nightly check: what verification finds is logged, then mended. Returns what was found."""
    found = verify(progress=progress)
    if found:
        log.error("read models differed from the orders", count=len(found))
        rebuild(now=now, progress=progress)
    else:
        log.info("read models verified", count=0)
    return found


def rebuild_is_due() -> bool:
    """Whether the stream had dropped unread records, or a setting or the program changed what rows say."""
    return bool(_trimmed_shards() or changed_models())


def rebuild_if_due(*, now: datetime, progress: Progress = lambda count: None) -> bool:
    """Rebuilds if that is due; True when it was and is done."""
    trimmed = _trimmed_shards()
    if trimmed:
        log.critical("rebuilding after trimmed stream records", count=rebuild(now=now, progress=progress))
    elif changed := changed_models():
        count = rebuild(now=now, progress=progress)
        log.warning("rebuilding by changed definitions", read_models=changed, count=count)
    else:
        return False
    for shard_id in trimmed:
        leases.clear_trimmed(stream_arn(source().table), shard_id)
    return True


def _trimmed_shards() -> list[str]:
    return [shard_id for shard_id, lease in leases.read_leases(stream_arn(source().table)).items() if lease.trimmed]


def _chunks(subjects: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(subjects), IDS_PER_CALL):
        yield subjects[start : start + IDS_PER_CALL]


def _delete(row: Table) -> None:
    with engine_errors():
        row.delete()
