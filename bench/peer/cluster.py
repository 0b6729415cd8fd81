"""A PostgreSQL cluster of its own: in a temporary folder, on a free port of 127.0.0.1, gone after the block."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.environment import free_port, tail
from bench.waiting import seconds_until

WHERE = Path("/usr/lib/postgresql")  # Debian's; elsewhere the programs are on PATH
# Sensible for a machine of two cores that runs other programs, too. The engine beside it keeps its data in memory, so
# PostgreSQL need not wait for the disk either; all its data fits into its buffers.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
}


class NoPostgres(Exception):
    """There is no PostgreSQL here, or nobody to run it as; the message says what to install."""


@contextmanager
def running_cluster() -> Iterator[tuple[int, int]]:
    """Yields the port, and the process id of the postmaster. The database `shop` belongs to the role `shop`.

    Raises NoPostgres.
    """
    programs = _programs()
    another = _another_account()
    folder = Path(tempfile.mkdtemp(prefix="packprod-peer-"))
    try:
        if another is not None:
            shutil.chown(folder, another, another)
        data, port = folder / "data", free_port()
        about = ("--auth=trust", "--username=shop", "--encoding=UTF8", "--locale=C.UTF-8", f"--pgdata={data}")
        _run(_as(another), programs / "initdb", "--no-sync", *about)
        yield from _served(programs, data, port, _as(another))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(programs: Path, data: Path, port: int, prefix: list[str]) -> Iterator[tuple[int, int]]:
    log = data.parent / "postgres.log"
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command = [*prefix, str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd=data.parent)
    try:
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        seconds_until(lambda: subprocess.run(ready, check=False).returncode == 0, within=30, every=0.1)
        try:
            psql = (programs / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "shop")
            _run([], *psql, "-d", "postgres", "-qc", "CREATE DATABASE shop")
            _run([], *psql, "-d", "shop", "-qc", "CREATE EXTENSION pg_trgm")
        except NoPostgres as failed:
            raise NoPostgres(f"{failed}\n{tail(log)}") from failed
        yield port, server.pid
    finally:
        server.terminate()  # SIGTERM waits for the clients; they have ended by now
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _programs() -> Path:
    versions = sorted(WHERE.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    if found is None:
        raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).parent


def _another_account() -> str | None:
    """Whom to run it as: PostgreSQL refuses root, so Debian's user postgres; None for ourselves."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres") from None


def _as(account: str | None) -> list[str]:
    """What goes before a command so that this account runs it."""
    return [] if account is None else ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups"]


def _run(prefix: list[str], program: Path, *arguments: str) -> None:
    done = subprocess.run([*prefix, str(program), *arguments], capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise NoPostgres(f"{program.name} failed: {done.stderr[-500:]}")
