"""Gathers the facts and judges them. It works while the engine is away: then it says so, instead of failing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from shutil import disk_usage

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min

from customers.inbox.selectors import inbox_state
from customers.merging.duplicates import open_duplicates
from orders.references import shared_references
from packprod.dynamodb.client import ping
from packprod.errors import EngineUnavailable
from packprod.observability.processes import key_fingerprint, processes_seen
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.parked import parked_summary
from packprod.readmodels.rebuild.definitions import changed_models
from packprod.readmodels.stream.dead_letters import dead_letters
from packprod.readmodels.stream.state import stream_state
from packprod.readmodels.stream.sweep import dirty_state
from packprod.readmodels.stream.waiting import queue_state
from reports.health import checks
from reports.health.checks import Check, State
from reports.health.odd import odd_orders
from reports.health.sweeps import sweep_states

Kind = ReadModelRun.Kind
MOST_REFERENCES = 50


@dataclass(frozen=True, slots=True)
class Health:
    """Every check, and the worst state of them."""

    checks: tuple[Check, ...]

    @property
    def state(self) -> State:
        """That of the worst check."""
        return checks.worst(self.checks)


def data_health(*, now: datetime) -> Health:
    """Some twelve calls to the engine, none if it does not answer the first."""
    answers = _engine_answers()
    over_engine = _over_engine(now) if answers else ()
    return Health((checks.engine_check(answers=answers), *over_engine, *_over_sql(now)))


def last_verification() -> ReadModelRun | None:
    """The latest that came to its end."""
    verified = ReadModelRun.objects.filter(kind__in=(Kind.VERIFY, Kind.NIGHTLY), state=ReadModelRun.State.FINISHED)
    return verified.order_by("-ended_at").first()


def _installed_at(now: datetime) -> datetime:
    """When the first migration was applied."""
    first = MigrationRecorder(connection).migration_qs.aggregate(at=Min("applied"))["at"]
    return first or now


def _engine_answers() -> bool:
    try:
        ping()
    except EngineUnavailable:
        return False
    return True


def _over_engine(now: datetime) -> Iterator[Check]:
    """What the engine knows; a table that is missing is one red check, not a page that fails."""
    judged: dict[str, Callable[[], Check]] = {
        "Stream": lambda: checks.stream_check(stream_state(now=now), now=now),
        "Summaries": lambda: checks.dirty_check(dirty_state(), now=now),
        "Rules": lambda: checks.rules_check(changed_models()),
        "Parked orders": lambda: checks.parked_check(parked_summary()),
        "Order references": lambda: checks.references_check(shared_references(most=MOST_REFERENCES)),
        "Odd orders": lambda: checks.odd_check(odd_orders(now=now)),
        "Dead letters": lambda: checks.letters_check(sum(1 for _ in dead_letters())),
    }
    for title, judge in judged.items():
        try:
            yield judge()
        except EngineUnavailable as exc:
            yield Check(title.lower(), title, "red", "Not known", exc.message)


def _over_sql(now: datetime) -> Iterator[Check]:
    yield checks.queue_check(queue_state())
    seen = processes_seen(now=now)
    yield checks.schedulers_check(seen, now=now)
    yield checks.keys_check(seen, key_fingerprint(), now=now)
    yield checks.disk_check(free=disk_usage(settings.PACKPROD_DATA_DIR).free)
    yield checks.inbox_check(inbox_state(now=now), now=now)
    yield checks.duplicates_check(open_duplicates())
    yield checks.verification_check(last_verification(), installed_at=_installed_at(now), now=now)
    yield checks.sweeps_check(sweep_states(), now=now)
