"""The thinnest HTTP client: one kept connection, requests made once as bytes, answers read and not looked at.

It costs some 50 µs of Python a request, so that what is measured is the server.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

HOST = "127.0.0.1"
CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its status, its head as sent, and its body without the marks of chunks."""

    status: int
    head: bytes
    body: bytes


class Request:
    """A request as bytes, to be sent as often as one likes."""

    def __init__(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.raw = "\r\n".join([*lines, "", ""]).encode() + body

    @classmethod
    def of_bytes(cls, raw: bytes) -> "Request":
        """A request that somebody else has made."""
        made = cls.__new__(cls)
        made.raw = raw
        return made


class Connection:
    """A connection that is kept. It opens again if the server has closed it; it is not for several threads."""

    def __init__(self, port: int, *, timeout: float = 60) -> None:
        self._port, self._timeout = port, timeout
        self._open()

    def send(self, request: Request) -> Answer:
        """Sends the request and reads the whole answer. Raises OSError."""
        try:
            return self._exchange(request)
        except ConnectionError:
            self.close()
            self._open()
            return self._exchange(request)

    def close(self) -> None:
        """Closes the connection."""
        self._socket.close()

    def _open(self) -> None:
        self._socket = socket.create_connection((HOST, self._port), timeout=self._timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _exchange(self, request: Request) -> Answer:
        self._socket.sendall(request.raw)
        buffer = self._more(bytearray())
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            self._more(buffer)
        head = bytes(buffer[:end])
        del buffer[: end + 4]
        return Answer(int(head[9:12]), head, self._body(head.lower(), buffer))

    def _body(self, head: bytes, buffer: bytearray) -> bytes:
        if b"\r\ntransfer-encoding: chunked" in head:
            return self._chunks(buffer)
        length = int(header(head, b"content-length") or 0)
        while len(buffer) < length:
            self._more(buffer)
        return bytes(buffer)

    def _chunks(self, buffer: bytearray) -> bytes:
        body = bytearray()
        while True:
            while (end := buffer.find(b"\r\n")) < 0:
                self._more(buffer)
            size = int(bytes(buffer[:end]).split(b";")[0], 16)
            while len(buffer) < end + 2 + size + 2:
                self._more(buffer)
            body += buffer[end + 2 : end + 2 + size]
            del buffer[: end + 2 + size + 2]
            if size == 0:
                return bytes(body)

    def _more(self, buffer: bytearray) -> bytearray:
        got = self._socket.recv(CHUNK)
        if not got:
            raise ConnectionResetError("The server closed the connection.")
        buffer += got
        return buffer


def header(head: bytes, name: bytes) -> bytes:
    """The value of a header, given the head and the name in lower case; empty if it is not there."""
    _, found, rest = head.partition(b"\r\n" + name + b":")
    return rest.partition(b"\r\n")[0].strip() if found else b""
