"""Starts the peer: its cluster, its rows, its web processes."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.environment import CHECKOUT, clean_environment, free_port, tail
from bench.peer.cluster import running_cluster
from bench.waiting import seconds_until
from bench.wire import Connection, Request

GUNICORN = CHECKOUT / "bench" / "peer" / "gunicorn_conf.py"


@dataclass(frozen=True, slots=True)
class Peer:
    """A running peer: where it is, its keys, and the ids of its main processes."""

    port: int
    token: str
    session: str
    web: int
    postgres: int


@contextmanager
def running_peer(*, orders: int, today: date, folder: Path) -> Iterator[Peer]:
    """Yields a peer with the shop of that size; its logs are in `folder`. Raises NoPostgres."""
    with running_cluster() as (database_port, postgres):
        environment = clean_environment(
            DJANGO_SETTINGS_MODULE="bench.peer.settings", PEER_DATABASE_PORT=str(database_port)
        )
        command = [sys.executable, "-m", "bench.peer.loading", str(orders), today.isoformat()]
        done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The peer's rows were not loaded:\n{done.stderr[-2000:]}")
        keys = json.loads(done.stdout.strip().splitlines()[-1])
        with running_gunicorn("bench.peer.wsgi:application", env=environment, log=folder / "peer.log") as (port, web):
            yield Peer(port, keys["token"], keys["session"], web, postgres)


@contextmanager
def running_gunicorn(application: str, *, env: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """Serves a WSGI application with PackProd's settings of gunicorn; yields its port and its main process's id."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", str(GUNICORN), "--bind", f"127.0.0.1:{port}", application]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=output, stderr=output)
    try:
        if seconds_until(lambda: process.poll() is not None or _answers(port), within=60, every=0.1) is None:
            raise RuntimeError(f"{application} did not start:\n{tail(log)}")
        yield port, process.pid
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), contextlib.closing(Connection(port)) as connection:
        return connection.send(Request("GET", "/")).status > 0
    return False
