"""How each fact is judged: green, amber or red, in a few words, with one sentence that says what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal

from customers.inbox.selectors import InboxState
from packprod.admin.formats import ago, currency, number
from packprod.money import cents
from packprod.observability.processes import RUNS_WITHIN, SeenProcess
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.parked import ParkedSummary
from packprod.readmodels.stream.state import StreamState
from packprod.readmodels.stream.sweep import MOST_COUNTED, DirtyState
from packprod.readmodels.stream.waiting import QueueState
from reports.health.odd import OddOrders, odd_in_words
from reports.health.sweeps import SweepState

State = Literal["green", "amber", "red"]
_NOT_VERIFIED = "The nightly verification did not run. Look at the sweeps, or press “Verify now”."
STATES: tuple[State, ...] = ("green", "amber", "red")  # from good to bad
LATE, VERY_LATE = timedelta(seconds=60), timedelta(minutes=5)
CLOCK_TOLERANCE = timedelta(seconds=30)
MANY_TASKS, VERY_MANY_TASKS = 1_000, 10_000
NAMED = 5
NEARLY_FULL, FULL = 0.8, 0.95  # share of Redis' memory
LITTLE_ROOM, NO_ROOM = 2**30, 200 * 2**20  # bytes
VERIFIED_WITHIN = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Check:
    """One fact judged. `name` is for machines, `figures` are the numbers behind `value`; `todo` is empty when green."""

    name: str
    title: str
    state: State
    value: str
    todo: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


def worst(checks: Iterable[Check]) -> State:
    """The state of all together."""
    return max((check.state for check in checks), key=STATES.index, default="green")


def engine_check(*, answers: bool) -> Check:
    """The database engine itself."""
    if answers:
        return Check("engine", "Database engine", "green", "Answers", figures={"answers": True})
    todo = "Bring the engine back. Nothing is lost: imports are kept in the inbox, all else goes on where it was."
    return Check("engine", "Database engine", "red", "Does not answer", todo, {"answers": False})


def stream_check(stream: StreamState, *, now: datetime) -> Check:
    """Whether changes of orders arrive."""
    age = stream.age(now=now)
    figures = {
        "ageSeconds": round(age.total_seconds(), 1),
        "oldestUnread": stream.oldest_unread,
        "hasReader": stream.has_reader,
        "failingShards": len(stream.failing),
    }
    value = f"Oldest unread change: {ago(now - age, now=now)}" if stream.has_unread else "Every change is read"
    if stream.is_trimmed:
        todo = "Changes were dropped before they were read. A rebuild starts by itself; afterwards verify."
        return Check("stream", "Stream", "red", "Unread changes were dropped", todo, figures)
    if not stream.has_reader:
        return Check("stream", "Stream", "red", f"{value}; nobody reads", "Start the part `consumer`.", figures)
    if stream.failing:
        value = (
            f"{number(len(stream.failing))} shards cannot be read: {', '.join(sorted(set(stream.failing.values())))}"
        )
        todo = (
            "The others go on, and these are tried again. A refusal: mend the rights. A shard that is gone is given up "
            "after a minute, and a rebuild starts by itself."
        )
        return Check("stream", "Stream", "red", value, todo, figures)
    if stream.is_clock_ahead:
        todo = "Set the clocks of all machines (NTP). What the clock ahead has written counts all the same."
        return Check("stream", "Stream", "amber", f"{value}; the consumer's clock is ahead", todo, figures)
    state = _by_age(age)
    todo = "" if state == "green" else "Under a bulk load, wait. Else look at the consumer's log."
    return Check("stream", "Stream", state, value, todo, figures)


def queue_check(queue: QueueState | None) -> Check:
    """Wake-ups that wait for a worker, and whether Redis has room for more."""
    if queue is None:
        todo = "Bring Redis back. Nothing is lost: the work lies in the database, and a sweep finds it."
        return Check("queue", "Queue", "red", "Redis is away", todo, {"length": None})
    figures = {"length": queue.length, "memoryShare": round(queue.memory_share, 3)}
    value = "1 task waits" if queue.length == 1 else f"{number(queue.length)} tasks and summaries wait"
    if queue.memory_share >= NEARLY_FULL:
        does = "drops tasks" if queue.evicts else "refuses new tasks"
        full: State = "red" if queue.memory_share >= FULL else "amber"
        todo = f"Give Redis more memory (maxmemory): when it is full, it {does}, and figures are late until it is not."
        return Check("queue", "Queue", full, f"{value}; Redis is {queue.memory_share:.0%} full", todo, figures)
    state: State = "green" if queue.length < MANY_TASKS else "amber" if queue.length < VERY_MANY_TASKS else "red"
    todo = "" if state == "green" else "Under a bulk load, wait. Else start more workers."
    return Check("queue", "Queue", state, value, todo, figures)


def schedulers_check(seen: Sequence[SeenProcess], *, now: datetime) -> Check:
    """Whether more than one scheduler runs."""
    running = sorted(one.process for one in seen if one.part == "beat" and now - one.seen_at <= RUNS_WITHIN)
    figures = {"running": running}
    if len(running) <= 1:
        return Check("schedulers", "Scheduler", "green", "Not more than one runs", figures=figures)
    todo = "Stop all parts `beat` but one: each starts every sweep and the nightly verification once more."
    return Check("schedulers", "Scheduler", "amber", f"{number(len(running))} run: {', '.join(running)}", todo, figures)


def keys_check(seen: Sequence[SeenProcess], own: str, *, now: datetime) -> Check:
    """Whether all processes sign with the same secret key."""
    others = [one for one in seen if one.key != own]
    figures = {"others": sorted({f"{one.part} {one.process}" for one in others})}
    if not others:
        return Check("secretKey", "Secret key", "green", "The same in all parts", figures=figures)
    if any(now - one.seen_at <= RUNS_WITHIN for one in others):
        todo = "Give all parts the same DJANGO_SECRET_KEY: sign-ins and page cursors of one are refused by the other."
        value = f"Another one in {', '.join(figures['others'])}"
        return Check("secretKey", "Secret key", "red", value, todo, figures)
    todo = "People sign in again, and page cursors made before are refused; API tokens stay. This goes by itself."
    return Check("secretKey", "Secret key", "amber", "Was changed in the last 10 minutes", todo, figures)


def disk_check(*, free: int) -> Check:
    """Room where the data folder lies: SQL and the embedded parts write there."""
    state: State = "green" if free >= LITTLE_ROOM else "amber" if free >= NO_ROOM else "red"
    todo = "Make room on the disk of PACKPROD_DATA_DIR: when it is full, orders and sign-ins are refused with 503."
    value = f"{free / 2**30:.1f} GiB free"
    return Check("disk", "Disk", state, value, "" if state == "green" else todo, {"freeBytes": free})


def dirty_check(dirty: DirtyState, *, now: datetime) -> Check:
    """Summaries that are to be computed afresh."""
    figures = {"count": dirty.count, "oldest": dirty.oldest}
    if dirty.oldest is None:
        return Check("dirty", "Summaries", "green", "All are up to date", figures=figures)
    if dirty.ahead(now=now) > CLOCK_TOLERANCE:
        value = f"{number(dirty.count)} to be computed, some marked in the future"
        todo = "A worker's clock is ahead: set the clocks of all machines (NTP). The sweep computes them all the same."
        return Check("dirty", "Summaries", "amber", value, todo, figures)
    state = _by_age(now - dirty.oldest)
    more = " or more" if dirty.count == MOST_COUNTED else ""
    value = f"{number(dirty.count)}{more} to be computed, the oldest since {ago(dirty.oldest, now=now)}"
    todo = "" if state == "green" else "Under a bulk load, wait. Else look whether the workers run."
    return Check("dirty", "Summaries", state, value, todo, figures)


def rules_check(changed: Sequence[str]) -> Check:
    """Whether the figures are derived by the present settings and program."""
    figures = {"changed": list(changed)}
    if not changed:
        return Check("rules", "Rules", "green", "Figures follow the present settings", figures=figures)
    todo = "A rebuild starts by itself within a minute. Until it is done, figures may be those of the old settings."
    value = f"Settings or program changed; {number(len(changed))} read models to rebuild"
    return Check("rules", "Rules", "amber", value, todo, figures)


def parked_check(parked: ParkedSummary) -> Check:
    """Order rows that no figure can use, by reason."""
    reasons = [
        {"reason": one.kind, "orders": one.orders, "amount": cents(one.amount), "unreadable": one.unreadable}
        for one in parked.kinds
    ]
    figures = {"count": parked.orders, "amount": cents(parked.amount), "reasons": reasons}
    if not parked.orders:
        return Check("parked", "Parked orders", "green", "None", figures=figures)
    todo = "See why and what can be done at once, or mend each row where it was written. It leaves the list by itself."
    value = f"{number(parked.orders)}, worth {currency(parked.amount)}"
    return Check("parked", "Parked orders", "amber", value, todo, figures)


def references_check(shared: Mapping[str, Sequence[str]]) -> Check:
    """References that several orders bear, as they differed by spaces or invisible characters when they were stored."""
    figures = {"count": len(shared), "orderIDs": dict(shared)}
    if not shared:
        return Check("references", "Order references", "green", "Each is one order's", figures=figures)
    named = ", ".join(f"{reference} ({len(ids)} orders)" for reference, ids in islice(shared.items(), NAMED))
    more = f" and {number(len(shared) - NAMED)} more" if len(shared) > NAMED else ""
    todo = f"They were stored in several spellings of one reference: {named}{more}. Cancel those that are no orders."
    return Check("references", "Order references", "amber", f"{number(len(shared))} on several orders", todo, figures)


def odd_check(odd: OddOrders) -> Check:
    """Orders that count, but that staff should look at."""
    figures = {"counts": dict(odd.counts), "statuses": dict(odd.statuses), "localTimeSenders": list(odd.senders)}
    if not odd:
        return Check("oddOrders", "Odd orders", "green", "None", figures=figures)
    value = "; ".join(what if count is None else f"{what}: {number(count)}" for what, count, _ in odd_in_words(odd))
    if not odd.need_a_look:
        return Check("oddOrders", "Odd orders", "green", value, figures=figures)
    todo = "All of them count. Look at each kind below, and mend what sends them."
    return Check("oddOrders", "Odd orders", "amber", value, todo, figures)


def letters_check(count: int) -> Check:
    """Changes that could not be projected."""
    if not count:
        return Check("deadLetters", "Dead letters", "green", "None", figures={"count": 0})
    todo = "The figures of these orders are old. Mend the cause, then replay."
    return Check("deadLetters", "Dead letters", "red", number(count), todo, {"count": count})


def inbox_check(inbox: InboxState, *, now: datetime) -> Check:
    """Imports that could not be taken."""
    figures = {"waiting": inbox.waiting, "oldestWaiting": inbox.oldest_waiting, "refused": inbox.refused}
    refused = f"{number(inbox.refused)} refused in the last 7 days"
    if inbox.oldest_waiting is None:
        return Check("inbox", "Import inbox", "green", f"None waits; {refused}", figures=figures)
    state: State = "red" if now - inbox.oldest_waiting > timedelta(hours=1) else "amber"
    todo = "Replay those that wait: nothing is wrong with them, we could not take them at that moment."
    value = f"{number(inbox.waiting)} wait since {ago(inbox.oldest_waiting, now=now)}; {refused}"
    return Check("inbox", "Import inbox", state, value, todo, figures)


def verification_check(run: ReadModelRun | None, *, installed_at: datetime, now: datetime) -> Check:
    """What the last verification that came to its end found; before its first night an installation has none."""
    if run is None or run.ended_at is None:
        if now - installed_at <= VERIFIED_WITHIN:
            return Check("verification", "Verification", "green", "The first one runs tonight", figures={"at": None})
        return Check("verification", "Verification", "amber", "Never verified", _NOT_VERIFIED, {"at": None})
    figures = {"at": run.ended_at, "differences": run.differences, "seconds": run.seconds}
    when = ago(run.ended_at, now=now)
    if run.differences:
        mended = run.kind == ReadModelRun.Kind.NIGHTLY
        value = f"{number(run.differences)} differences, {when}"
        todo = "They were mended; report them all the same." if mended else "Rebuild, then verify again."
        return Check("verification", "Verification", "amber" if mended else "red", value, todo, figures)
    if now - run.ended_at > VERIFIED_WITHIN:
        return Check("verification", "Verification", "amber", f"0 differences, {when}", _NOT_VERIFIED, figures)
    return Check("verification", "Verification", "green", f"0 differences, {when}", figures=figures)


def duplicates_check(found: tuple[int, int] | None) -> Check:
    """Pairs of contacts that are likely one customer, and contacts that are likely several; None before the first
    search. Nothing is wrong with any figure."""
    if found is None:
        return Check("duplicates", "Likely duplicates", "green", "Not searched for yet")
    pairs, several = found
    figures = {"pairs": pairs, "several": several}
    if not pairs and not several:
        return Check("duplicates", "Likely duplicates", "green", "None", figures=figures)
    value = f"{number(pairs)} pairs of customers are likely one"
    more = f"; {number(several)} with orders of several addresses"
    if not several:
        return Check("duplicates", "Likely duplicates", "green", value, figures=figures)
    todo = "Look at them under Likely duplicates; nothing is changed by itself."
    return Check("duplicates", "Likely duplicates", "amber", f"{value}{more}", todo, figures)


def sweeps_check(sweeps: Iterable[SweepState], *, now: datetime) -> Check:
    """Whether the schedule runs."""
    late = [sweep.name for sweep in sweeps if sweep.is_late(now=now)]
    if not late:
        return Check("sweeps", "Sweeps", "green", "All ran when they should", figures={"late": []})
    todo = "Start the part `beat`; exactly one must run."
    return Check("sweeps", "Sweeps", "red", f"{number(len(late))} did not run when they should", todo, {"late": late})


def _by_age(age: timedelta) -> State:
    return "green" if age < LATE else "amber" if age < VERY_LATE else "red"
