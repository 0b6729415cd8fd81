"""Puts the lines of all parts on one terminal, each a JSON object that names its part.

Engine, Redis, gunicorn and Celery's banner know no JSON: what they say becomes the event of such an object.
"""

import json
import os
import sys
import threading
from pathlib import Path

from packprod.dates import format_instant, utc_now


class Output:
    """Named pipes in `folder`, one per part; what is written into one comes out line by line, as JSON."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keep_open: list[int] = []
        self._readers: list[threading.Thread] = []

    def pipe(self, name: str) -> Path:
        """A new pipe; `name` is the part of its lines that name none."""
        path = self._folder / name
        os.mkfifo(path, 0o600)
        reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._keep_open.append(os.open(path, os.O_WRONLY))  # no end-of-file while a part restarts
        os.set_blocking(reading, True)
        reader = threading.Thread(target=_copy_lines, args=(name, reading), daemon=True)
        reader.start()
        self._readers.append(reader)
        return path

    def close(self) -> None:
        """Write out what is still in the pipes. Every writer has ended by now."""
        for descriptor in self._keep_open:
            os.close(descriptor)
        for reader in self._readers:
            reader.join(timeout=2)


def say(text: str) -> None:
    """A line of our own, for people, whole between those of the parts."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _copy_lines(name: str, descriptor: int) -> None:
    with open(descriptor, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                if text := line.strip():
                    say(_as_json(name, text))
            except OSError:  # nobody reads us any more; go on reading, or the part would block
                continue


def _as_json(name: str, line: str) -> str:
    """The line itself where it is one of our log, else with the fields that those have."""
    if _is_ours(line):
        return line
    told = {"event": line, "level": "info", "timestamp": format_instant(utc_now()), "part": name}
    return json.dumps(told, ensure_ascii=False)


def _is_ours(line: str) -> bool:
    try:
        told = json.loads(line)
    except ValueError:
        return False
    return isinstance(told, dict) and "part" in told
