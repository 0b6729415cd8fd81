"""One owner per data folder: a file lock, and the removal of processes that a killed owner left behind.

The kernel releases the lock when its holder ends, however it ends. Every process we start has the folder's path in its
environment; by that mark we find the ones that outlived a killed run, grandchildren included, and never mistake a
recycled process id for one of ours.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from packprod.embedded.endpoints import endpoints_file
from packprod.embedded.options import CannotStart

MARK = "PACKPROD_RUNS_IN"


def marked_environment(data_dir: Path) -> dict[str, str]:
    """This process's environment plus the mark; everything started for this data folder gets it."""
    return {**os.environ, MARK: str(data_dir.resolve())}


@contextmanager
def own_data_dir(data_dir: Path, *, purpose: str) -> Iterator[None]:
    """Hold the lock of the folder. On the way in and on the way out, what is left of a run is removed.

    `purpose` names this owner in the message that others get. Raises CannotStart if another process holds the lock.
    """
    path = _lock_file(data_dir)
    with path.open("a+") as lock:
        if not _locked(lock.fileno()):
            raise CannotStart(_busy(data_dir, path.read_text().strip()))
        path.write_text(f"`{purpose}` (process {os.getpid()})")
        try:
            _forget_run(data_dir)
            yield
        finally:
            _forget_run(data_dir)


def is_owned(data_dir: Path) -> bool:
    """Whether `make run`, or a command with an engine of its own, is using this folder now."""
    with _lock_file(data_dir).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _locked(descriptor: int) -> bool:
    for _attempt in range(10):  # somebody may just be asking is_owned()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False


def _lock_file(data_dir: Path) -> Path:
    path = data_dir / "run" / "lock"
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds names and addresses of customers
    path.parent.mkdir(exist_ok=True)
    return path


def _busy(data_dir: Path, holder: str) -> str:
    return (
        f"The data folder {data_dir} is in use by {holder}. Wait for it or stop it, "
        "or set PACKPROD_DATA_DIR to another folder."
    )


def _forget_run(data_dir: Path) -> None:
    endpoints_file(data_dir).unlink(missing_ok=True)
    mark = str(data_dir.resolve())
    while leftovers := [process for process in psutil.process_iter() if _mark_of(process) == mark]:
        for process in leftovers:
            process.kill()
        psutil.wait_procs(leftovers, timeout=5)


def _mark_of(process: psutil.Process) -> str | None:
    try:
        gone = process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE
        return None if gone else process.environ().get(MARK)
    except psutil.Error:  # gone meanwhile, or somebody else's
        return None
