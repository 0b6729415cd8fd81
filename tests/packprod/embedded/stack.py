"""`make run` in processes of its own, on a data folder and a port of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from packprod.configuration import BASE_DIR
from packprod.embedded.ports import wait_until

READY_SECONDS = 120
OF_THE_TEST_SESSION = ("DYNAMODB_ENDPOINT_URL", "REDIS_URL", "DATABASE_URL", "MAKELEVEL", "PACKPROD_PART")


def environment(data_dir: Path, port: int) -> dict[str, str]:
    """What a user's shell would have: nothing of the test session's engine."""
    temporary = data_dir.parent  # what a run that is killed with -9 leaves there goes with the test
    ours = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_SESSION}
    return {
        **ours,
        "PACKPROD_DATA_DIR": str(data_dir),
        "PORT": str(port),
        "PACKPROD_DEMO": "0",
        "TMPDIR": str(temporary),
    }


class Stack:
    """One run; `lines` is what it has printed so far."""

    def __init__(self, data_dir: Path, port: int, *, log: Path) -> None:
        self.data_dir, self.port, self._log = data_dir, port, log
        with log.open("wb") as output:
            self.process = psutil.Popen(
                [sys.executable, "-m", "packprod.embedded"],
                cwd=BASE_DIR,
                env=environment(data_dir, port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def lines(self) -> list[str]:
        return self._log.read_text().splitlines()

    def await_ready(self) -> None:
        def settled() -> bool:
            return "PackProd is ready" in self.lines or self.process.poll() is not None

        assert wait_until(settled, seconds=READY_SECONDS), self._log.read_text()
        assert self.process.poll() is None, self._log.read_text()

    def everyone(self) -> list[psutil.Process]:
        """All processes of this run, the first one included."""
        return [self.process, *self.process.children(recursive=True)]

    def part(self, word: str) -> psutil.Process | None:
        """The part's own process (not the guard, whose arguments name no part, nor a child of the part)."""
        found = [child for child in self.process.children(recursive=True) if word in _command(child)]
        return min(found, key=lambda child: child.create_time(), default=None)

    def stop(self, number: int = signal.SIGTERM) -> list[psutil.Process]:
        """Ask it to end; whoever of its processes is left."""
        everyone = self.everyone()
        self.process.send_signal(number)
        _gone, left = psutil.wait_procs(everyone, timeout=40)
        return left


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
