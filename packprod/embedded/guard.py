"""Runs one program, and ends it when the process that started the guard ends, even by kill -9.

The starter holds the other end of the guard's stdin. When the starter ends, the kernel closes that end and the guard
reads end-of-file. So no engine or process manager outlives its command or test run.
"""

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import psutil

GRACE_SECONDS = 30.0


class GuardedProcess:
    """A program that lives no longer than this process. `command` runs without input, in a session of its own."""

    def __init__(self, command: Sequence[str], *, env: dict[str, str] | None = None, output: int | None = None) -> None:
        self._guard = subprocess.Popen(
            [sys.executable, "-m", __name__, *command],
            cwd=Path(__file__).resolve().parents[2],  # so that `-m` finds this module
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            env=env,
            start_new_session=True,  # Ctrl-C is for the starter, who then ends us in its own order
        )

    @property
    def exit_status(self) -> int | None:
        """The exit status; None while the program runs."""
        return self._guard.poll()

    @property
    def output(self) -> int:
        """The descriptor to read its output from, if `output` was subprocess.PIPE."""
        assert self._guard.stdout is not None  # noqa: S101 - the caller asked for the pipe
        return self._guard.stdout.fileno()

    def stop(self) -> None:
        """End the program and wait until it has ended."""
        assert self._guard.stdin is not None  # noqa: S101 - opened above
        self._guard.stdin.close()
        self._guard.wait()


def _end_with_starter(child: subprocess.Popen[bytes], ending: threading.Event) -> None:
    sys.stdin.buffer.read()
    ending.set()
    family = _family(child)
    child.terminate()
    psutil.wait_procs(family[:1], timeout=GRACE_SECONDS)
    # A process manager whose output nobody reads any more may die of that and leave its own.
    for process in family:
        if process.is_running():
            process.kill()


def _family(child: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The child and all its descendants; empty if the child has ended."""
    try:
        head = psutil.Process(child.pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def main(command: Sequence[str]) -> int:
    """Run `command` until it ends or the starter does. Returns its exit status."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    ending = threading.Event()
    watch = threading.Thread(target=_end_with_starter, args=(child, ending), daemon=True)
    watch.start()
    status = child.wait()
    if ending.is_set():
        watch.join()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
