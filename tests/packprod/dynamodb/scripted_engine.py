"""An engine on a real socket that answers as a test tells it to."""

import contextlib
import json
import socket
import ssl
import threading
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Reply = Callable[[socket.socket], bool]
"""Answers one request; returns whether the connection stays open."""


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived: the number of its connection, its headers by names in lower case, and its body."""

    connection: int
    headers: dict[str, str]
    body: dict[str, Any]


class ScriptedEngine:
    """Listens on a free port. It answers each request with the next of `script`, and with `{}` when that is empty."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.script: deque[Reply] = deque()
        self.requests: list[Request] = []
        self.connections = 0
        self._tls = tls
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Ends it; whatever is open is closed."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with_end(one)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(accepted)
            thread = threading.Thread(target=self._serve, args=(accepted, self.connections))
            self._threads.append(thread)
            thread.start()

    def _serve(self, accepted: socket.socket, number: int) -> None:
        try:
            connection = self._tls.wrap_socket(accepted, server_side=True) if self._tls else accepted
            with connection, connection.makefile("rb") as lines:
                while (request := _read(lines, number)) is not None:
                    self.requests.append(request)
                    reply = self.script.popleft() if self.script else ok({})
                    if not reply(connection):
                        return
        except OSError:
            return


def with_end(connection: socket.socket) -> None:
    """Ends whatever waits on a connection, and closes it."""
    with contextlib.suppress(OSError):  # it was closed already
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _read(lines: Any, connection: int) -> Request | None:
    if not lines.readline():
        return None
    headers = {}
    while (line := lines.readline().decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = json.loads(lines.read(int(headers["content-length"])))
    return Request(connection, headers, body)


# --- Replies ---------------------------------------------------------------------------------------------------------


def raw(message: bytes, *, stays_open: bool = True) -> Reply:
    """These bytes."""

    def reply(connection: socket.socket) -> bool:
        connection.sendall(message)
        return stays_open

    return reply


def message(body: bytes, *, status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP message; `x_amz_crc32` is written `x-amz-crc32`."""
    fields = {"content-length": str(len(body)), "x-amz-crc32": str(zlib.crc32(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def ok(content: Any, *, stays_open: bool = True, **headers: str) -> Reply:
    """A successful answer."""
    return raw(message(json.dumps(content).encode(), **headers), stays_open=stays_open)


def error(code: str, *, status: str = "400 Bad Request", **headers: str) -> Reply:
    """The engine's error of this name."""
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": f"about {code}"}).encode()
    return raw(message(body, status=status, **headers))


def page(status: str) -> Reply:
    """What a proxy says in HTML."""
    return raw(message(b"<html>bad gateway</html>", status=status))


def cut(content: Any) -> Reply:
    """The first half of an answer, then the end of the connection."""
    whole = message(json.dumps(content).encode())
    return raw(whole[: len(whole) - 3], stays_open=False)


def drop(connection: socket.socket) -> bool:
    """No answer: the connection ends."""
    return False


def in_pieces(content: Any, size: int) -> Reply:
    """A chunked answer that arrives a few bytes at a time."""
    body = json.dumps(content).encode()
    chunks = b"".join(
        f"{len(body[at : at + 7]):x}\r\n".encode() + body[at : at + 7] + b"\r\n" for at in range(0, len(body), 7)
    )
    whole = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"

    def reply(connection: socket.socket) -> bool:
        for at in range(0, len(whole), size):
            connection.sendall(whole[at : at + size])
        return True

    return reply


class Hang:
    """No answer for as long as the test runs; `end` lets it go."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def __call__(self, connection: socket.socket) -> bool:
        """Waits."""
        self._over.wait(30)
        return False

    def end(self) -> None:
        """Stops waiting."""
        self._over.set()
