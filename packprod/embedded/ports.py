"""Finding a free port, and waiting until something answers on one."""

import http.client
import random
import socket
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that is free now, below the range that outgoing connections are given.

    The engine and Redis restart on the same port after a kill, so no outgoing connection may take it meanwhile.
    """
    candidates = random.sample(range(20_000, 32_000), 200)
    return next(port for port in candidates if is_free(port))


def is_free(port: int) -> bool:
    """Whether we could listen on 127.0.0.1:port; lingering connections of a server that has ended do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return not accepts(port)  # one that listens on all addresses leaves ours bindable on some systems


def accepts(port: int) -> bool:
    """Whether 127.0.0.1:port accepts a connection."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def answers_http(port: int, path: str = "/", *, status: int | None = None) -> bool:
    """Whether 127.0.0.1:port answers a GET, with this status; None accepts any."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=3)
    try:
        connection.request("GET", path)
        return status in (None, connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until(ready: Callable[[], bool], *, seconds: float) -> bool:
    """Call `ready` until it is true or `seconds` have passed; returns whether it became true."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
