"""Collects what all parts write, through named pipes, and passes it to the presenter line by line."""

import os
import threading
from pathlib import Path

from packprod.embedded.presenters import Presenter


class Output:
    """The named pipes in `folder`, one per part, each with a thread that reads it."""

    def __init__(self, folder: Path, presenter: Presenter) -> None:
        self._folder = folder
        self._presenter = presenter
        self._keep_open: list[int] = []
        self._readers: list[threading.Thread] = []

    def pipe(self, name: str) -> Path:
        """Make a pipe and start reading it. `name` is the part that its lines belong to."""
        path = self._folder / name
        os.mkfifo(path, 0o600)
        reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._keep_open.append(os.open(path, os.O_WRONLY))  # no end-of-file while a part restarts
        os.set_blocking(reading, True)
        reader = threading.Thread(target=self._read, args=(name, reading), daemon=True)
        reader.start()
        self._readers.append(reader)
        return path

    def close(self) -> None:
        """Pass on what is still in the pipes. Call it after every writer has ended."""
        for descriptor in self._keep_open:
            os.close(descriptor)
        for reader in self._readers:
            reader.join(timeout=2)

    def _read(self, name: str, descriptor: int) -> None:
        with open(descriptor, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    if line.strip():
                        self._presenter.part_line(name, line.rstrip())
                except OSError:  # nobody reads us any more; go on reading, or the part would block
                    continue
