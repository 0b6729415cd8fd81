"""The processes of a running product: found by their data folder and command line, signalled by process id."""

import contextlib
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.waiting import seconds_until

# How each part's command line looks in `ps`; wrappers that carry the same words further on do not match.
PARTS = {
    "engine": r"^\S*java .*DynamoDBLocal\.jar",
    "redis": r"^\S*valkey-server ",
    "worker": r"^\S*python\S* .*\bcelery .*\bworker\b",
    "beat": r"^\S*python\S* .*\bcelery .*\bbeat\b",
    "consumer": r"^\S*python\S* \S*manage\.py consume_stream\b",
    "web": r"^\S*python\S* .*\bgunicorn\b",
}


class Parts:
    """All processes of one running product, recognised by its data folder."""

    def __init__(self, *, data_dir: Path) -> None:
        self._data_dir = str(data_dir)

    def all(self) -> list[psutil.Process]:
        """Every live process of the product, including the process manager and make."""
        return list(self._marked())

    def named(self, part: str) -> list[psutil.Process]:
        """The processes of one part, parents before their children."""
        found = [process for process in self._marked() if _is_part(process, part)]
        return sorted(found, key=lambda process: process.create_time())

    def mains(self, part: str) -> list[psutil.Process]:
        """The processes of a part that were not started by another process of the part."""
        found = self.named(part)
        pids = {process.pid for process in found}
        return [process for process in found if _parent_pid(process) not in pids]

    def children(self, part: str) -> list[psutil.Process]:
        """The processes of a part that were started by another process of the part, such as a worker's pool."""
        mains = {process.pid for process in self.mains(part)}
        return [process for process in self.named(part) if process.pid not in mains]

    def kill(self, processes: list[psutil.Process]) -> None:
        """Sends SIGKILL to each; a process that has just ended is fine."""
        self.signal(processes, signal.SIGKILL)

    def signal(self, processes: list[psutil.Process], number: signal.Signals) -> None:
        """Sends one signal to each; a process that has just ended is fine."""
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def freeze(self, processes: list[psutil.Process]) -> None:
        """Sends SIGSTOP and waits until every thread has stopped, which may take 0.1 s on a busy machine."""
        self.signal(processes, signal.SIGSTOP)
        seconds_until(lambda: all(map(_is_frozen, processes)), within=10)

    def seconds_until_back(self, part: str, *, without: set[int], within: float = 60) -> float | None:
        """Seconds until the part has a process whose id is not in `without`; None if that takes too long."""

        def back() -> bool:
            return any(process.pid not in without for process in self.named(part))

        return seconds_until(back, within=within, every=0.05)

    def _marked(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                alive = process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid()
                if alive and self._is_ours(process):
                    yield process

    def _is_ours(self, process: psutil.Process) -> bool:
        # Valkey writes its title over its environment, hence the second look at where it lives.
        if process.environ().get("PACKPROD_DATA_DIR") == self._data_dir:
            return True
        return process.cwd().startswith(self._data_dir) or self._data_dir in " ".join(process.cmdline())


def _is_part(process: psutil.Process, part: str) -> bool:
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return re.match(PARTS[part], command) is not None


def _is_frozen(process: psutil.Process) -> bool:
    states = [_state(thread / "stat") for thread in Path(f"/proc/{process.pid}/task").glob("*")]
    return all(state in ("T", "") for state in states)


def _state(stat: Path) -> str:
    """The letter of a thread's state in /proc; empty if the thread has ended."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _parent_pid(process: psutil.Process) -> int:
    try:
        return int(process.ppid())
    except psutil.Error:
        return 0
