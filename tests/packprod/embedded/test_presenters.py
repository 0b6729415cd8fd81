"""`make run` in a terminal: what concerns a person is shown, all else is kept back for when something fails."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from packprod.embedded.demo import SIGN_IN
from packprod.embedded.presenters import JsonPresenter, TerminalPresenter, presenter_for_stdout


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def presenter(tmp_path: Path, written: io.StringIO) -> Iterator[TerminalPresenter]:
    (tmp_path / "run").mkdir()
    presenter = TerminalPresenter(tmp_path, written)
    yield presenter
    presenter.close()


def _line(**fields: Any) -> str:
    usual = {"event": "Request answered", "level": "info", "timestamp": "2026-11-28T12:00:00Z", "part": "web"}
    return json.dumps({**usual, **fields})


def _request(route: str, status: int = 200) -> str:
    return _line(logger="packprod.request", method="GET", route=route, status=status, ms=12.3, engine_calls=2)


def _texts(output: str) -> list[str]:
    return [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in output.splitlines()]


def test_requests_and_warnings_are_shown_and_routine_is_not(
    presenter: TerminalPresenter, tmp_path: Path, written: io.StringIO
) -> None:
    lines = [
        _request("api/customers"),
        _request(r"^admin/(?P<object_id>.+)/change/$", 404),
        _request("^readyz/?$"),
        _request("readyz", 503),
        _request("unmatched"),
        _request("unmatched", 404),
        _line(event="Cache HIT for listCustomers - 45 items"),
        _line(event="sweep found overdue summaries", level="warning", part="worker", count=3),
        "Starting gunicorn",
    ]
    for line in lines:
        presenter.part_line("web", line)
    assert _texts(written.getvalue()) == [
        "web       200 GET /api/customers  12 ms",
        "web       404 GET /admin/<object_id>/change  12 ms",
        "web       503 GET /readyz  12 ms",
        "web       404 GET (no such address)  12 ms",
        "worker    sweep found overdue summaries  count=3",
    ]
    logged = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert logged[:-1] == lines[:-1]
    assert json.loads(logged[-1])["event"] == "Starting gunicorn"


def test_plain_tracebacks_and_the_manager_are_shown(presenter: TerminalPresenter, written: io.StringIO) -> None:
    for line in ("Booting", "Traceback (most recent call last):", '  File "x.py", line 1', "ValueError: bad", "Bye"):
        presenter.part_line("web", line)
    presenter.part_line("engine", "WARNING: The Security Manager is deprecated")
    presenter.part_line("manager", "2026-11-28 12:00:00,123 WARN exited: web (terminated by SIGKILL; not expected)")
    assert _texts(written.getvalue()) == [
        "web       Traceback (most recent call last):",
        'web         File "x.py", line 1',
        "web       ValueError: bad",
        "manager   exited: web (terminated by SIGKILL; not expected); it is started again",
    ]


def test_an_exception_is_shown_by_our_own_places(presenter: TerminalPresenter, written: io.StringIO) -> None:
    frames = ["/usr/lib/python3.11/threading.py:1 run", "/x/orders/api.py:7 get", "/v/site-packages/redis/c.py:9 send"]
    cause = {"type": "builtins.ConnectionRefusedError", "frames": [], "message": "nobody listens"}
    told = [{"type": "builtins.KeyError", "frames": frames}, cause]
    presenter.part_line("web", _line(event="Unexpected error", level="error", exception=told))
    assert _texts(written.getvalue()) == [
        "web       Unexpected error",
        " " * 20 + "  KeyError",
        " " * 20 + "    /x/orders/api.py:7 get",
        " " * 20 + "    redis/c.py:9 send",
        " " * 20 + "  caused by ConnectionRefusedError: nobody listens",
    ]


def test_a_failure_shows_what_was_kept_back(presenter: TerminalPresenter, written: io.StringIO) -> None:
    presenter.part_line("engine", "Port 1 is taken")
    presenter.part_line("redis", "Ready")
    presenter.explain("engine")
    first, where = _texts(written.getvalue())
    assert first == "engine    Port 1 is taken"
    assert "log.jsonl" in where


def test_progress_of_a_step(presenter: TerminalPresenter, written: io.StringIO) -> None:
    with presenter.step("Demo orders"):
        presenter.part_line("setup", _line(event="loading demo orders", part="setup", done=1100, total=1200))
    assert _texts(written.getvalue()) == ["run       Demo orders · 1,100 of 1,200"]


def test_the_last_block(presenter: TerminalPresenter, written: io.StringIO) -> None:
    presenter.ready(address="http://127.0.0.1:8000", greeting=[f"{SIGN_IN}s3cret"])
    lines = written.getvalue().splitlines()
    assert lines[-1] == "PackProd is ready"
    assert {
        "  Dashboard  http://127.0.0.1:8000/admin/",
        "  Login      demo",
        "  Password   s3cret",
        "  API docs   http://127.0.0.1:8000/api/docs/",
    } <= set(lines)
    assert any(line.startswith("  Ctrl-C     ends") for line in lines)


def test_the_format_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir()
    for wanted, kind in (("json", JsonPresenter), ("text", TerminalPresenter)):
        monkeypatch.setenv("PACKPROD_LOG_FORMAT", wanted)
        presenter = presenter_for_stdout(tmp_path)
        presenter.close()
        assert isinstance(presenter, kind)
    monkeypatch.delenv("PACKPROD_LOG_FORMAT")
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert isinstance(presenter_for_stdout(tmp_path), JsonPresenter)
