"""Data health: each fact judged, the page also while the engine is away, every button for who may press it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import Client

from customers.inbox.selectors import InboxState
from packprod.api.tokens import token_create
from packprod.dates import utc_now
from packprod.dynamodb.streams import Record
from packprod.errors import EngineUnavailable
from packprod.observability import metrics, processes
from packprod.observability.processes import SeenProcess
from packprod.readmodels.management.commands import consume_stream
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.parked import ParkedKind, ParkedSummary
from packprod.readmodels.stream.dead_letters import bury, dead_letters
from packprod.readmodels.stream.state import StreamState, stream_state
from packprod.readmodels.stream.sweep import DirtyState, dirty_state
from packprod.readmodels.stream.waiting import QueueState, queue_state
from packprod.readmodels.tables import DeadLetter
from packprod.readmodels.tasks import execute_run, summarise_buckets
from reports.health import checks, gauges, report
from reports.health.sweeps import SweepState
from tests.orders.foreign import put_order
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")
PAGE = "/admin/reports/datahealth/"
VIEW = "reports.view_datahealth"
NOW = datetime.fromisoformat("2025-10-23T08:15:30+00:00")


def test_references() -> None:
    assert checks.references_check({}).state == "green"
    check = checks.references_check({f"PO-{n}": ["a", "b"] for n in range(7)})
    assert (check.state, check.value, check.figures["count"]) == ("amber", "7 on several orders", 7)
    assert "PO-0 (2 orders)" in check.todo
    assert "and 2 more" in check.todo


ONE_PARKED = ParkedKind("createdAt is missing", 1, Decimal("7.5"), 0)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def stream(oldest: datetime | None = None, *, reader: bool = True, trimmed: bool = False) -> StreamState:
    return StreamState(oldest is not None or trimmed, oldest, trimmed, reader)


@pytest.mark.parametrize(
    ("state", "judged"),
    [
        (stream(), "green"),
        (stream(ago(seconds=20)), "green"),
        (stream(ago(seconds=90)), "amber"),
        (stream(ago(minutes=6)), "red"),
        (stream(reader=False), "red"),
        (stream(trimmed=True), "red"),
    ],
)
def test_stream(state: StreamState, judged: str) -> None:
    check = checks.stream_check(state, now=NOW)
    assert check.state == judged
    assert bool(check.todo) == (judged != "green")


@pytest.mark.parametrize(("length", "judged"), [(0, "green"), (999, "green"), (1_000, "amber"), (10_000, "red")])
def test_queue(length: int, judged: str) -> None:
    assert checks.queue_check(QueueState(length, 0.0, evicts=False)).state == judged


def test_what_is_away_or_empty() -> None:
    assert checks.queue_check(None).value == "Redis is away"
    assert checks.engine_check(answers=False).state == "red"
    assert checks.dirty_check(DirtyState(0, None), now=NOW).state == "green"
    assert checks.dirty_check(DirtyState(3, ago(minutes=10)), now=NOW).state == "red"
    assert [checks.parked_check(ParkedSummary(kinds)).state for kinds in ((), (ONE_PARKED,))] == ["green", "amber"]
    assert [checks.letters_check(count).state for count in (0, 1)] == ["green", "red"]


@pytest.mark.parametrize(("oldest", "judged"), [(None, "green"), (ago(minutes=5), "amber"), (ago(hours=2), "red")])
def test_inbox(oldest: datetime | None, judged: str) -> None:
    assert checks.inbox_check(InboxState(int(oldest is not None), oldest, 4), now=NOW).state == judged


@pytest.mark.parametrize(
    ("kind", "differences", "finished", "judged"),
    [
        ("verify", 0, ago(hours=1), "green"),
        ("verify", 0, ago(hours=27), "amber"),
        ("verify", 2, ago(hours=1), "red"),
        ("nightly", 2, ago(hours=1), "amber"),
    ],
)
def test_verification(kind: str, differences: int, finished: datetime, judged: str) -> None:
    run = ReadModelRun(kind=kind, differences=differences, ended_at=finished)
    assert checks.verification_check(run, installed_at=ago(days=90), now=NOW).state == judged
    assert checks.verification_check(None, installed_at=ago(days=2), now=NOW).state == "amber"
    assert checks.verification_check(None, installed_at=ago(hours=2), now=NOW).state == "green"


def test_sweeps() -> None:
    every = timedelta(seconds=15)
    on_time = SweepState("quick", every, ago(minutes=3), ago(days=9))
    late = SweepState("dead", every, ago(minutes=30), ago(days=9))
    new = SweepState("new", timedelta(days=1), None, ago(hours=1))
    assert checks.sweeps_check([on_time, new], now=NOW).state == "green"
    assert checks.sweeps_check([on_time, late, new], now=NOW).figures == {"late": ["dead"]}


def test_the_facts_are_those_of_the_engine(
    caught_up: Callable[..., None], imported: Any, make_order: Any, now: datetime
) -> None:
    caught_up()
    assert stream_state(now=utc_now()).has_unread is False
    before = utc_now()
    imported(make_order())
    state = stream_state(now=utc_now())
    assert state.oldest_unread is not None
    assert abs(state.oldest_unread - before) < timedelta(minutes=2)
    assert not state.has_reader
    caught_up()
    assert dirty_state().count == 0
    assert queue_state() is not None


@pytest.fixture
def letter(client_id: str, now: datetime) -> Any:
    """A dead letter of an order that exists."""
    order = put_order()["orderID"]
    record = Record("7", old=None, new={"orderID": order}, raw={"dynamodb": {}})
    bury(record, source_id=order, reason="RuntimeError: a bug", now=now)
    yield order
    for one in list(dead_letters()):
        DeadLetter(one["letterID"]).delete()


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What workers were woken for."""
    sent: list[Any] = []
    for task in (execute_run, summarise_buckets):
        monkeypatch.setattr(task, "apply_async", lambda arguments, **options: sent.append(arguments))
    return sent


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page_and_its_buttons(boss: Client, letter: str, woken: list[Any], caught_up: Callable[..., None]) -> None:
    parked = put_order(total="broken")["orderID"]
    caught_up()
    page = text_of(boss.get(PAGE))
    assert all(
        text in page for text in (letter, "RuntimeError: a bug", parked, "total is not an amount of money: “broken”.")
    )
    chosen = {"letter": next(dead_letters())["letterID"]}
    assert "1 replayed." in text_of(boss.post(PAGE + "replay/", chosen, follow=True))
    assert list(dead_letters()) == []
    assert woken.pop()[0]
    assert "Verification is queued." in text_of(boss.post(PAGE + "verify/", follow=True))
    run = ReadModelRun.objects.get()
    assert (run.created_by, woken) == ("user boss", [(run.pk,)])
    assert "there is one at a time" in text_of(boss.post(PAGE + "rebuild/", follow=True))
    live = boss.get(PAGE, headers={"HX-Request": "true"})
    assert 'hx-select="#run"' in text_of(live)
    assert "HX-Refresh" not in live.headers
    assert boss.get(PAGE + "rebuild/").status_code == 200
    assert boss.get(PAGE + "verify/").status_code == 405
    ReadModelRun.objects.update(state=ReadModelRun.State.FINISHED, slot=None)
    assert boss.get(PAGE, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in boss.get(PAGE).headers


def test_permissions(staff_with: MakeStaff, woken: list[Any]) -> None:
    nobody, viewer = staff_with(name="nobody"), staff_with(VIEW, name="viewer")
    assert nobody.get(PAGE).status_code == 403
    assert viewer.get(PAGE).status_code == 200
    assert "datahealth/verify/" not in text_of(viewer.get(PAGE))
    for name in ("verify", "rebuild", "replay"):
        assert viewer.post(f"{PAGE}{name}/").status_code == 403
        allowed = staff_with(VIEW, f"reports.{name}_datahealth", name=name)
        assert allowed.post(f"{PAGE}{name}/").status_code == 302
    assert viewer.get("/api/health/data").status_code == 200
    assert nobody.get("/api/health/data").status_code == 403


@pytest.fixture
def engine_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise EngineUnavailable("away")

    monkeypatch.setattr(report, "ping", away)


def test_page_and_api_while_the_engine_is_away(boss: Client, engine_away: None) -> None:
    page = boss.get(PAGE)
    assert page.status_code == 200
    assert "Database engine: does not answer." in text_of(page)  # what is wrong stands in the headline
    data = boss.get("/api/health/data").json()["data"]
    assert data["state"] == "red"
    assert [one["name"] for one in data["checks"]] == [
        *("engine", "queue", "schedulers", "secretKey", "disk", "inbox", "duplicates", "verification", "sweeps"),
    ]


def test_a_fresh_installation_is_well(boss: Client, caught_up: Callable[..., None], client_id: str) -> None:
    caught_up()
    found = {one["name"]: one for one in boss.get("/api/health/data").json()["data"]["checks"]}
    assert (found["verification"]["state"], found["verification"]["value"]) == ("green", "The first one runs tonight")


def test_the_api_for_monitors(client: Client, client_id: str) -> None:
    _, key = token_create(name="monitor", scopes=["api:read"], now=utc_now())
    answer = client.get("/api/health/data", headers={"Authorization": f"Token {key}"})
    assert answer.status_code == 200
    found = {one["name"]: one for one in answer.json()["data"]["checks"]}
    assert found["engine"]["state"] == "green"
    assert found["deadLetters"]["figures"] == {"count": 0}
    assert client.get("/api/health/data").status_code == 401


def test_gauges(client: Client, client_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gauges, "_pace", gauges.Pace())
    text = metrics.exposition().decode()
    assert 'packprod_data_health{check="engine"} 0.0' in text
    assert "packprod_dead_letters 0.0" in text
    assert "packprod_inbox_waiting 0.0" in text

    def broken(**options: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(gauges, "data_health", broken)
    assert "packprod_queue_length" in metrics.exposition().decode()  # not its turn yet
    monkeypatch.setattr(gauges, "_pace", gauges.Pace())
    assert "packprod_queue_length" in metrics.exposition().decode()  # its turn, and it fails


@pytest.mark.parametrize(
    ("share", "evicts", "judged", "words"),
    [
        (0.0, False, "green", ""),
        (0.79, False, "green", ""),
        (0.8, False, "amber", "refuses new tasks"),
        (0.95, False, "red", "refuses new tasks"),
        (1.0, True, "red", "drops tasks"),
    ],
)
def test_a_full_redis_is_named(share: float, evicts: bool, judged: str, words: str) -> None:
    check = checks.queue_check(QueueState(3, share, evicts=evicts))
    assert (check.state, words in check.todo) == (judged, True)


def test_a_full_redis_is_measured_and_stops_no_consumer(client_id: str, log_output: Any) -> None:
    """Redis refuses the wake-up; the buckets stay marked for the sweep."""
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as client:
        client.config_set("maxmemory", "1mb")
        try:
            consume_stream._wake_workers(["customer#x#y"])
            found = queue_state()
        finally:
            client.config_set("maxmemory", "0")
    assert found is not None
    assert found.memory_share >= checks.FULL
    assert "wake-up lost" in log_output.getvalue()


def seen(part: str, process: str, *, key: str = "k", seconds: int = 5) -> SeenProcess:
    return SeenProcess(part, process, key, NOW - timedelta(seconds=seconds))


def test_a_second_scheduler_is_named() -> None:
    one, other = seen("beat", "a:1"), seen("beat", "b:2")
    assert checks.schedulers_check([], now=NOW).state == "green"
    assert checks.schedulers_check([one, seen("worker", "a:3")], now=NOW).state == "green"
    assert checks.schedulers_check([one, seen("beat", "a:0", seconds=61)], now=NOW).state == "green"  # its forerunner
    check = checks.schedulers_check([one, other], now=NOW)
    assert (check.state, check.value) == ("amber", "2 run: a:1, b:2")


def test_another_secret_key_is_named() -> None:
    assert checks.keys_check([seen("worker", "a:1")], "k", now=NOW).state == "green"
    check = checks.keys_check([seen("worker", "a:1", key="other")], "k", now=NOW)
    assert (check.state, check.value) == ("red", "Another one in worker a:1")
    assert checks.keys_check([seen("web", "a:1", key="other", seconds=120)], "k", now=NOW).state == "amber"


@pytest.mark.parametrize(
    ("mib", "judged"), [(5_000, "green"), (1_024, "green"), (1_000, "amber"), (100, "red"), (0, "red")]
)
def test_a_full_disk_is_named(mib: int, judged: str) -> None:
    check = checks.disk_check(free=mib * 2**20)
    assert (check.state, bool(check.todo)) == (judged, judged != "green")


def test_processes_are_seen_for_ten_minutes(client_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_next_note", 0.0)
    processes.process_note("beat", now=NOW)
    processes.process_note("worker", now=NOW)  # too soon
    [found] = processes.processes_seen(now=NOW)
    assert (found.part, found.key, found.seen_at) == ("beat", processes.key_fingerprint(), NOW)
    assert processes.processes_seen(now=NOW + timedelta(minutes=11)) == []
