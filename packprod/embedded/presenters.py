"""How `make run` appears: JSON lines for programs, or a few short lines for the person at a terminal."""

import json
import logging
import re
import sys
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Protocol, TextIO

from packprod.configuration import BASE_DIR, log_format
from packprod.dates import format_instant, utc_now
from packprod.embedded.demo import SIGN_IN, USERNAME
from packprod.observability.console import concerns_people, readable
from packprod.terminal import BOLD, DIM, YELLOW, Step, Terminal, columns, painted

READY = "PackProd is ready"
LOG_BYTES = 10_000_000
KEPT_BACK = 20
_TALKATIVE = {"engine", "redis"}  # they warn of what is normal at every start
# supervisor's own lines: 2026-11-28 12:00:00,123 WARN exited: web (terminated by SIGKILL; not expected)
_MANAGER_LINE = re.compile(r"[\d-]+ [\d:,]+ (?P<level>[A-Z]+) (?P<sentence>.*)")
_PROBLEM = re.compile(r"\b(?:WARN(?:ING)?|ERRO(?:R)?|CRIT(?:ICAL)?|FATAL|Traceback|\w+(?:Error|Exception))\b")


class Presenter(Protocol):
    """Shows the progress of a run; `run.py` calls it."""

    def part_line(self, name: str, line: str) -> None:
        """Show, or keep, a line that the part `name` has written. Each part calls this from a thread of its own."""

    def step(self, sentence: str) -> AbstractContextManager[object]:
        """Wraps a step that takes a while."""

    def explain(self, *names: str) -> None:
        """Show the last lines of the parts named, of all parts if none is, because the start has failed."""

    def ready(self, *, address: str, greeting: list[str]) -> None:
        """Say that everything runs, where, and how to sign in."""

    def stopping(self) -> AbstractContextManager[object]:
        """Wraps stopping all parts."""

    def close(self) -> None:
        """Release what is held; nothing is shown afterwards."""


def presenter_for_stdout(data_dir: Path) -> Presenter:
    """The presenter for PACKPROD_LOG_FORMAT; if that is empty, for a terminal or not, whichever stdout is."""
    return JsonPresenter() if log_format() == "json" else TerminalPresenter(data_dir)


class JsonPresenter:
    """Writes each line of a part as a JSON object that names the part, and its own messages as plain lines.

    Engine, Redis, gunicorn and Celery's banner write no JSON: their lines become the event of such an object.
    """

    def part_line(self, name: str, line: str) -> None:
        """Write it as one JSON object."""
        _say(as_json(name, line.strip()))

    def step(self, sentence: str) -> AbstractContextManager[object]:
        """Show nothing: the parts' own lines do."""
        return nullcontext()

    def explain(self, *names: str) -> None:
        """Show nothing: every line has been written already."""

    def ready(self, *, address: str, greeting: list[str]) -> None:
        """Write the address, the greeting and READY, each on a line of its own."""
        for line in (f"PackProd runs at {address}/admin/", *greeting, READY):
            _say(line)

    def stopping(self) -> AbstractContextManager[object]:
        """Write one line before the parts stop."""
        _say("Stopping PackProd.")
        return nullcontext()

    def close(self) -> None:
        """Do nothing: this presenter holds nothing."""


class TerminalPresenter:
    """Shows each step as one live line, then a block of addresses, then requests, warnings and errors.

    Every line, shown or not, goes to run/log.jsonl in the data folder.
    """

    def __init__(self, data_dir: Path, stream: TextIO | None = None) -> None:
        self._terminal = Terminal(stream)
        self._data_dir = data_dir
        self._log_file = data_dir / "run" / "log.jsonl"
        self._log_file.unlink(missing_ok=True)
        self._log = RotatingFileHandler(self._log_file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
        self._kept_back: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=KEPT_BACK))
        self._in_problem: dict[str, bool] = {}
        self._step: Step | None = None
        self._stopping = False

    def part_line(self, name: str, line: str) -> None:
        """Show the line if it concerns people; otherwise keep it for `explain`."""
        whole = as_json(name, line.strip())
        self._log.handle(logging.makeLogRecord({"msg": whole}))
        event = json.loads(whole)
        if whole != line.strip():
            event = self._plain_event(name, line, event)
        if "done" in event and "total" in event and self._step is not None:
            self._step.detail = f"{event['done']:,} of {event['total']:,}"
        elif not concerns_people(event) or self._is_catching_up(name, event):
            self._kept_back[name].append(line.rstrip())
        elif not (self._stopping and name == "manager"):  # then it only says that it was stopped
            self._terminal.line(readable(event, colour=self._terminal.colour, width=self._terminal.width))

    @contextmanager
    def step(self, sentence: str) -> Iterator[Step]:
        """Show one live line until the step ends."""
        self._kept_back.pop("setup", None)  # what an earlier step said explains nothing
        with self._terminal.step("run", sentence) as self._step:
            yield self._step
        self._step = None

    def explain(self, *names: str) -> None:
        """Show the last lines that were kept, and where to find all of them."""
        for name in names or tuple(self._kept_back):
            for line in self._kept_back.pop(name, ()):
                self._line(name, _event_of(line), DIM)
        self._line("run", f"All that the parts said is in {_shown(self._log_file)}", "")

    def ready(self, *, address: str, greeting: list[str]) -> None:
        """Show one block, in a single write so that no other line can come between."""
        rows = {"Dashboard": f"{address}/admin/"}
        notes = []
        for line in greeting:
            if line.startswith(SIGN_IN):
                rows |= {"Login": USERNAME, "Password": line.removeprefix(SIGN_IN)}
            else:
                notes.append(line)
        rows |= {"API docs": f"{address}/api/docs/", "Log": str(_shown(self._log_file))}
        rows["Ctrl-C"] = f"ends PackProd; the data stays in {_shown(self._data_dir)}"
        table = [f"  {self._painted(name.ljust(9), DIM)}  {self._painted(row, BOLD)}" for name, row in rows.items()]
        for note in notes:
            self._line("run", note, YELLOW)
        self._terminal.line("\n".join(["", *table, "", READY]))

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """Show one live line, and at the end that PackProd has stopped."""
        self._stopping = True
        with self._terminal.step("run", "Stopping PackProd") as step:
            yield
            step.sentence = f"PackProd has stopped; the data stays in {_shown(self._data_dir)}"

    def close(self) -> None:
        """Close the log file."""
        self._log.close()

    def _is_catching_up(self, name: str, event: Mapping[str, Any]) -> bool:
        """Whether it is a warning that is normal during a step, when a first start loads more than workers follow."""
        return self._step is not None and name != "manager" and event.get("level") == "warning"

    def _plain_event(self, name: str, line: str, event: dict[str, Any]) -> Mapping[str, Any]:
        """The event of a line that is not JSON. Its level is guessed: from a word such as WARNING or Traceback in it,
        or, if it is indented, from the line that it continues."""
        if found := _MANAGER_LINE.fullmatch(line.strip()):
            again = "; it is started again" if found["sentence"].startswith("exited:") and not self._stopping else ""
            return {**event, "event": f"{found['sentence']}{again}", "level": "warning"}
        goes_on = self._in_problem.get(name, False) and line[:1].isspace()
        self._in_problem[name] = goes_on or (name not in _TALKATIVE and bool(_PROBLEM.search(line)))
        return {**event, "event": line.rstrip(), "level": "error" if self._in_problem[name] else "info"}

    def _line(self, part: str, text: str, style: str) -> None:
        terminal = self._terminal
        terminal.line(columns(part, text, style=style, colour=terminal.colour, width=terminal.width))

    def _painted(self, text: str, style: str) -> str:
        return painted(text, style, colour=self._terminal.colour)


def _say(text: str) -> None:
    """Write one line in a single call, so that lines of other threads do not mix with it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def as_json(name: str, line: str) -> str:
    """The line itself if it is one of our JSON log lines, otherwise a JSON object with the same fields."""
    if _is_ours(line):
        return line
    fields = {"event": line, "level": "info", "timestamp": format_instant(utc_now()), "part": name}
    return json.dumps(fields, ensure_ascii=False)


def _is_ours(line: str) -> bool:
    try:
        fields = json.loads(line)
    except ValueError:
        return False
    return isinstance(fields, dict) and "part" in fields


def _event_of(line: str) -> str:
    return str(json.loads(line).get("event", line)) if _is_ours(line) else line


def _shown(path: Path) -> Path:
    return path.relative_to(BASE_DIR) if path.is_relative_to(BASE_DIR) else path
