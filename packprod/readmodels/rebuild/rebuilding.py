"""Rebuilds the read models: compares all of them with the orders and mends what differs, from nothing if need be.

A rebuild is safe while everything runs, and wherever it is interrupted, because it makes the same conditional commits
as the stream consumer. Only dirty marks are left out, because the rebuild derives the summaries itself at the end; if
it does not get that far, its marker stays and another rebuild is due (docs/adr/0014).
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

import structlog
from more_itertools import chunked

from packprod.dynamodb import leases
from packprod.dynamodb.provisioning import stream_arn
from packprod.readmodels.outputs import keyed_row, summaries_of
from packprod.readmodels.plan import read_states
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.definitions import changed_models, record_built
from packprod.readmodels.rebuild.differences import IDS_PER_CALL, Difference, look_at_orders
from packprod.readmodels.rebuild.healing import delete_foreign_rows, delete_rows, heal_buckets, heal_orders, in_parallel
from packprod.readmodels.rebuild.markers import forget, marked, unfinished_rebuilds
from packprod.readmodels.rebuild.progress import Progress, silent
from packprod.readmodels.rebuild.survey import Survey, keys_of_orders, suspect_orders, take_survey
from packprod.readmodels.rebuild.verify import look_at_all_buckets, verify
from packprod.readmodels.registry import source

log = structlog.get_logger(__name__)


def rebuild(*, now: datetime, progress: Progress = silent) -> int:
    """Recomputes every read model from the orders and mends what differs; returns how many rows differed."""
    with marked(now=now) as run:

        def report(phase: str, count: int, total: int) -> None:
            run.renew()
            progress(phase, count, total)

        survey = take_survey(report)
        orders, touched = _mend_orders(survey, now=now, progress=report)
        derived = heal_buckets(touched, now=now, marking=False, progress=report)
        count = orders + _mend_summaries(survey, derived, now=now, progress=report)
        record_built()
        return count


def _mend_orders(survey: Survey, *, now: datetime, progress: Progress) -> tuple[int, set[str]]:
    """Mends the projection rows; returns how many were wrong, and the summaries that they feed."""
    suspects = list(suspect_orders(survey, progress))
    without = [one.source_id for one in suspects if not one.has_rows]
    touched = in_parallel(
        partial(project, now=now, force=True, marking=False), without, phase="deriving orders", progress=progress
    )
    count = sum(one.expected for one in suspects if not one.has_rows)
    for found in _differences((one.source_id for one in suspects if one.has_rows), progress):
        touched |= heal_orders(found, now=now, marking=False)
        count += len(found)
    return count, touched


def _differences(source_ids: Iterable[str], progress: Progress) -> Iterable[list[Difference]]:
    keys = keys_of_orders(source_ids, progress)
    for chunk in chunked(keys, IDS_PER_CALL):
        yield [one for look in look_at_orders(chunk, keys) for one in look.differences]


def _mend_summaries(survey: Survey, derived: set[str], *, now: datetime, progress: Progress) -> int:
    """Mends the summaries that were not derived just now, and deletes rows that belong to no summary; returns how many
    rows were wrong."""
    wrong: list[Difference] = []
    for look in look_at_all_buckets(sorted(survey.summaries - derived), progress):
        survey.account_for(look.keys)
        wrong += look.differences
    for chunk in chunked(sorted(derived), IDS_PER_CALL):
        survey.account_for(key for state in read_states(chunk).values() for key in state.outputs)
    delete_rows(survey.summary_rows)
    delete_foreign_rows(survey.foreign_rows)
    orphaned = summaries_of(map(keyed_row, survey.summary_rows))
    heal_buckets({*(one.subject for one in wrong), *orphaned}, now=now, marking=False, progress=progress)
    return len(wrong) + len(survey.summary_rows) + len(survey.foreign_rows)


def verify_and_heal(*, now: datetime, progress: Progress = silent) -> list[Difference]:
    """The nightly check: verifies, logs how many rows differ, and mends them. Returns the differences."""
    found = verify(progress=progress)
    if found:
        log.error("read models differed from the orders", count=len(found))
        rebuild(now=now, progress=progress)
    else:
        log.info("read models verified", count=0)
    return found


def rebuild_is_due(*, now: datetime) -> bool:
    """Whether stream records were lost, a rebuild died, or read models were built by another definition.

    False while another rebuild is under way.
    """
    alive, dead = unfinished_rebuilds(now=now)
    return not alive and bool(dead or _trimmed_shards() or changed_models())


def rebuild_if_due(*, now: datetime, progress: Progress = silent) -> bool:
    """Rebuilds if a rebuild is due; returns whether it was."""
    if not rebuild_is_due(now=now):
        return False
    trimmed, dead, changed = _trimmed_shards(), unfinished_rebuilds(now=now)[1], changed_models()
    log.warning("rebuilding, as it is due", trimmed=len(trimmed), unfinished=len(dead), changed=changed)
    count = rebuild(now=now, progress=progress)
    for shard_id in trimmed:
        leases.clear_trimmed(stream_arn(source().table), shard_id)
    forget(dead)
    say = log.critical if trimmed else log.warning
    say("rebuilt, as it was due", trimmed=len(trimmed), unfinished=len(dead), changed=changed, count=count)
    return True


def _trimmed_shards() -> list[str]:
    return [shard_id for shard_id, lease in leases.read_leases(stream_arn(source().table)).items() if lease.trimmed]
