"""Puts the lines of all parts on one terminal, each with the name of its part before it."""

import os
import sys
import threading
from pathlib import Path


class Output:
    """Named pipes in `folder`, one per part; what is written into one comes out line by line, prefixed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keep_open: list[int] = []
        self._readers: list[threading.Thread] = []

    def pipe(self, name: str) -> Path:
        """A new pipe; its lines come out as `name | line`."""
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
    """A line of our own, without a prefix, whole between those of the parts."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _copy_lines(name: str, descriptor: int) -> None:
    with open(descriptor, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                say(f"{name} | {line.rstrip()}")
            except OSError:  # nobody reads us any more; go on reading, or the part would block
                continue
