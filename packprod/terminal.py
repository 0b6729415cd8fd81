"""What a person reads in a terminal: short lines of time, part and sentence, and one live line of progress.

Only Python's own library here: `make` runs this file by its path before anything is installed,
`python -P packprod/terminal.py SENTENCE COMMAND …`, to keep a command's chatter back unless it fails.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

GREEN, YELLOW, RED, BOLD, DIM = "32", "33", "31", "1", "2"
PART_WIDTH = 8  # `consumer` is the longest
MARGIN = len("00:00:00") + PART_WIDTH + 2 * len("  ")
NARROWEST = 40
TICK_SECONDS = 0.5
LAST_LINES = 20
# The machine's zone, now: Django's settings later put the business zone in its place, for the whole process.
_ZONE = datetime.now().astimezone().tzinfo
_CLEAR = "\r\x1b[2K"
# What pip says of how far it has come.
_STAGE = re.compile(r"\s*((?:Collecting|Downloading|Building) [^\s;(]+|Installing collected packages)")

_ERROR = re.compile(r"\s*(?:npm )?(?:ERROR\b|error\b|ERR!)")


def has_colour(stream: TextIO) -> bool:
    """Whether colours are wanted there: a terminal, and no NO_COLOR (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at it who sees a line change in its place."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int | None:
    """Columns of the terminal; None for a file, whose lines may be as long as they are."""
    return max(NARROWEST, shutil.get_terminal_size().columns) if stream.isatty() else None


def painted(text: str, style: str, *, colour: bool) -> str:
    """The text in a colour or weight, where colours are wanted."""
    return f"\x1b[{style}m{text}\x1b[0m" if colour and style and text else text


def columns(
    part: str, text: str, *, at: datetime | None = None, style: str = "", colour: bool = False, width: int | None = None
) -> str:
    """`time  part  text`. Text that is too long, and its second line, go on below where it begins."""
    moment = (at or datetime.now(_ZONE)).astimezone(_ZONE).strftime("%H:%M:%S")
    head = f"{painted(moment, DIM, colour=colour)}  {painted(part.ljust(PART_WIDTH), BOLD, colour=colour)}  "
    lines = [painted(line, style, colour=colour) for line in _wrapped(text, width)]
    return head + f"\n{' ' * MARGIN}".join(lines)


def _wrapped(text: str, width: int | None) -> list[str]:
    if width is None:
        return text.splitlines() or [""]
    room = width - MARGIN - 1  # a terminal may break a line that fills it
    return [
        wrapped
        for line in text.splitlines() or [""]
        for wrapped in textwrap.wrap(line, room, subsequent_indent="  " if line.startswith(" ") else "") or [""]
    ]


class Step:
    """Something that takes a while. `detail` may change meanwhile; it stands behind the sentence."""

    def __init__(self, part: str, sentence: str) -> None:
        self._part, self._began = part, time.monotonic()
        self.sentence = sentence
        self.detail = ""
        self.style = ""

    def text(self, *, colour: bool, width: int | None) -> str:
        """The line as of now; cut off rather than wrapped while it changes."""
        seconds = round(time.monotonic() - self._began)
        parts = [self.sentence, *([self.detail] if self.detail else []), *([f"{seconds} s"] if seconds else [])]
        text = " · ".join(parts)
        room = len(text) if width is None else width - MARGIN - 1
        text = text if len(text) <= room else f"{text[: room - 1]}…"
        return columns(self._part, text, style=self.style, colour=colour)


class Terminal:
    """Writes whole lines above one live line, from any thread."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.RLock()
        self._step: Step | None = None
        self._live = is_terminal(self._stream)
        self.colour = has_colour(self._stream)

    @property
    def width(self) -> int | None:
        """The width of a line now: people change the size of their windows."""
        return width_of(self._stream)

    def line(self, text: str) -> None:
        """One or more whole lines."""
        with self._lock:
            self._write(f"{self._clear()}{text}\n{self._current()}")

    @contextlib.contextmanager
    def step(self, part: str, sentence: str) -> Iterator[Step]:
        """A live line for as long as the block lasts, and an ordinary one after it unless the block is left early."""
        step = self._step = Step(part, sentence)
        done = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(done,), daemon=True)
        ticker.start()
        try:
            yield step
        except BaseException:
            self._finish(done, "")
            raise
        self._finish(done, f"{step.text(colour=self.colour, width=self.width)}\n")

    def _finish(self, done: threading.Event, last: str) -> None:
        done.set()
        with self._lock:
            self._step = None
            self._write(self._clear() + last)

    def _tick(self, done: threading.Event) -> None:
        while self._live and not done.is_set():
            with self._lock, contextlib.suppress(OSError):  # the window may be gone
                self._write(self._clear() + self._current())
            done.wait(TICK_SECONDS)

    def _clear(self) -> str:
        return _CLEAR if self._live else ""

    def _current(self) -> str:
        shown = self._live and self._step is not None
        return self._step.text(colour=self.colour, width=self.width) if shown and self._step else ""

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()


def run_quietly(sentence: str, command: Sequence[str], *, terminal: Terminal) -> int:
    """The command's exit status. Its output goes to install.log in the venv, and the end of it is shown if it fails."""
    in_venv = sys.prefix != sys.base_prefix
    log = Path(sys.prefix) / "install.log" if in_venv else Path(os.devnull)
    last: deque[str] = deque(maxlen=LAST_LINES)
    with terminal.step("install", sentence) as step, log.open("a") as everything, _started(command) as process:
        for line in process.stdout or ():
            everything.write(line)
            last.append(line.rstrip())
            step.detail = stage.group(1) if (stage := _STAGE.match(line)) else step.detail
        status = process.wait()
        step.detail, step.style = ("failed", RED) if status else ("", "")
    if status:
        where = [f"  The whole output is in {log}."] if in_venv else []
        terminal.line("\n".join([*_reasons(last, width=terminal.width if in_venv else None), *where]))
    return status


def _reasons(lines: Iterable[str], *, width: int | None) -> list[str]:
    """The lines that name an error, else all of them; cut off where the whole output can be looked up."""
    lines = list(lines)
    reasons = [line for line in lines if _ERROR.match(line)] or lines
    return [f"  {line}" if width is None or len(line) < width - 3 else f"  {line[: width - 4]}…" for line in reasons]


def _started(command: Sequence[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )


def main(sentence: str, *command: str) -> int:
    """Run the command quietly; its exit status."""
    try:
        return run_quietly(sentence, command, terminal=Terminal())
    except KeyboardInterrupt:
        return 130  # as shells have it


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
