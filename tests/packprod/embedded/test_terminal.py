"""What a person sees: whole lines above one live line, colours only where wanted, and chatter only of what failed."""

import io
import re
import sys
from pathlib import Path

import pytest

from packprod.terminal import RED, Terminal, columns, has_colour, main, run_quietly

CHATTER = "import sys; print('Collecting celery==5'); print('fetching', file=sys.stderr); sys.exit({status})"


class Screen(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return Screen()


def test_a_long_text_goes_on_below_where_it_began() -> None:
    first, *others = columns("consumer", "word " * 40, width=80).splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d  consumer  (word ?)+", first)
    assert others
    assert all(line.startswith(" " * 20 + "word") for line in others)
    assert max(map(len, (first, *others))) < 80


def test_a_file_gets_its_lines_whole() -> None:
    assert "\n" not in columns("web", "word " * 100, width=None)


def test_colours_are_for_terminals_that_want_them(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_colour(screen)
    monkeypatch.delenv("NO_COLOR")
    assert has_colour(screen)
    assert not has_colour(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not has_colour(screen)
    assert f"\x1b[{RED}mno\x1b[0m" in columns("web", "no", style=RED, colour=True)


def test_lines_stand_above_the_live_one(screen: Screen) -> None:
    terminal = Terminal(screen)
    with terminal.step("run", "Demo orders") as step:
        step.detail = "300 of 1,200"
        terminal.line("a warning")
    shown = screen.getvalue()
    assert re.search(r"\r\x1b\[2Ka warning\n\S+  run       Demo orders · 300 of 1,200\r\x1b\[2K", shown)
    assert shown.endswith("run       Demo orders · 300 of 1,200\n")


def test_a_step_left_early_leaves_no_line(screen: Screen) -> None:
    terminal = Terminal(screen)
    with pytest.raises(LookupError), terminal.step("run", "Demo orders"):
        raise LookupError
    assert screen.getvalue().endswith("\r\x1b[2K")


def test_a_file_gets_one_line_for_each_step() -> None:
    written = io.StringIO()
    with Terminal(written).step("run", "Demo orders"):
        pass
    assert re.fullmatch(r"\d\d:\d\d:\d\d  run       Demo orders\n", written.getvalue())


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    return tmp_path


def test_what_succeeds_is_one_line(venv: Path, screen: Screen) -> None:
    command = [sys.executable, "-c", CHATTER.format(status=0)]
    assert run_quietly("Python packages", command, terminal=Terminal(screen)) == 0
    (line,) = (text for text in screen.getvalue().split("\r\x1b[2K")[-1].splitlines() if text)
    assert re.fullmatch(r"\S+  install   Python packages( · \d+ s)?", line)
    assert "fetching" in (venv / "install.log").read_text()


def test_what_fails_shows_its_chatter(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("Python packages", sys.executable, "-c", CHATTER.format(status=3)) == 3
    first, *others = capsys.readouterr().out.splitlines()
    assert "Python packages · failed" in first
    assert {"  Collecting celery==5", "  fetching"} <= set(others)
    assert str(venv / "install.log") in others[-1]


def test_of_a_failure_the_errors_are_shown(venv: Path, screen: Screen) -> None:
    noise = "print('Downloading'); print('ERROR: No matching distribution ' + 'x' * 99); raise SystemExit(1)"
    assert run_quietly("Python packages", [sys.executable, "-c", noise], terminal=Terminal(screen)) == 1
    error, where = screen.getvalue().removesuffix("\n").split("\n")[-2:]
    error = error.rpartition("\x1b[2K")[2]
    assert error.startswith("  ERROR: No matching distribution xxx")
    assert error.endswith("…")
    assert len(error) < 80
    assert where.endswith("install.log.")
