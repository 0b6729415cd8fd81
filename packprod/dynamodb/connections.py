"""Keep-alive connections to one host: sends a whole HTTP request, returns the whole answer.

http.client makes the connection (TLS, proxy), httptools parses the answer in C. http.client's own way to send and to
parse costs five times as much, urllib3's ten times (docs/adr/0037).
"""

import http.client
import os
import select
import socket
import ssl
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools

from packprod.dynamodb.errors import NoResponse

_RECEIVE_BYTES = 65_536


@dataclass(slots=True)
class HttpAnswer:
    """An answer; httptools calls its `on_…` methods as it parses. The names of headers are in lower case."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    is_complete: bool = False
    _parts: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The whole body."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keeps a header."""
        self.headers[name.lower()] = value

    def on_body(self, part: bytes) -> None:
        """Keeps a part of the body."""
        self._parts.append(part)

    def on_message_complete(self) -> None:
        """Notes that nothing is missing."""
        self.is_complete = True


@dataclass(frozen=True, slots=True)
class Route:
    """How a host is reached: its URL, a certificate bundle for TLS (None: the system's), and the URL of a proxy, which
    everything is tunnelled through, with the headers that open the tunnel."""

    url: str
    certificates: str | None = None
    proxy: str | None = None
    proxy_headers: Mapping[str, str] = field(default_factory=dict)


class Connections:
    """A pool of connections to one host. Thread-safe; a forked process opens its own.

    Timeouts are in seconds; `read_timeout` holds for each wait for more of an answer.
    """

    def __init__(self, route: Route, *, connect_timeout: float, read_timeout: float, most_idle: int) -> None:
        self._route = route
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._most_idle = most_idle
        self._tls = _tls(route)
        self._idle: deque[_Connection] = deque()
        self._process = os.getpid()

    def exchange(self, request: bytes) -> HttpAnswer:
        """Sends a request and returns its answer. Raises NoResponse if there is none, or only a part of one.

        A connection that the host has closed meanwhile is seen before anything is sent on it. After a failure all idle
        ones are closed, so that a repeated request takes a new one.
        """
        connection = self._take()
        try:
            answer, stays_open = connection.exchange(request)
        except BaseException as exc:  # whatever ended the wait (a time limit of Celery's, say): half an answer is left
            connection.close()
            if not isinstance(exc, OSError | httptools.HttpParserError):
                raise
            self.close()
            raise NoResponse(f"{type(exc).__name__}: {exc}") from exc
        if stays_open and len(self._idle) < self._most_idle:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def close(self) -> None:
        """Closes the idle connections."""
        while (connection := self._pop()) is not None:
            connection.close()

    def _take(self) -> "_Connection":
        if self._process != os.getpid():
            self.close()  # the parent's: closed here only, its own copies stay open
            self._process = os.getpid()
        while (connection := self._pop()) is not None:
            if connection.is_quiet():
                return connection
            connection.close()
        return self._open()

    def _pop(self) -> "_Connection | None":
        try:
            return self._idle.pop()  # the one used last: others may be closed when idle for long
        except IndexError:
            return None

    def _open(self) -> "_Connection":
        try:
            connected = _unconnected(self._route, tls=self._tls, timeout=self._connect_timeout)
            connected.connect()
        except (OSError, http.client.HTTPException) as exc:
            raise NoResponse(f"{type(exc).__name__}: {exc}") from exc
        connected.sock.settimeout(self._read_timeout)
        return _Connection(connected.sock)


class _Connection:
    """One open connection."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def is_quiet(self) -> bool:
        """Whether the connection is open, as nothing has been sent to us: neither an end nor what nobody requested."""
        return not self._poll.poll(0)

    def exchange(self, request: bytes) -> tuple[HttpAnswer, bool]:
        """The answer, and whether the connection stays open after it."""
        self._socket.sendall(request)
        answer = HttpAnswer()
        parser = httptools.HttpResponseParser(answer)
        while not answer.is_complete:
            received = self._socket.recv(_RECEIVE_BYTES)
            if not received:
                raise ConnectionError("the connection was closed before the answer was complete")
            parser.feed_data(received)
        answer.status = parser.get_status_code()
        # RFC 9112, 9.3; the parser's own `should_keep_alive` is False for every message that is complete.
        closes = b"close" in answer.headers.get(b"connection", b"").lower() or parser.get_http_version() != "1.1"
        return answer, not closes

    def close(self) -> None:
        """Closes it."""
        self._socket.close()


def _tls(route: Route) -> ssl.SSLContext | None:
    if urlsplit(route.url).scheme != "https":
        return None
    context = ssl.create_default_context(cafile=route.certificates)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _unconnected(route: Route, *, tls: ssl.SSLContext | None, timeout: float) -> http.client.HTTPConnection:
    target, proxy = urlsplit(route.url), urlsplit(route.proxy or route.url)
    host, port = proxy.hostname or "", proxy.port or (443 if proxy.scheme == "https" else 80)
    connection = (
        http.client.HTTPSConnection(host, port, timeout=timeout, context=tls)
        if tls
        else http.client.HTTPConnection(host, port, timeout=timeout)
    )
    if route.proxy:
        connection.set_tunnel(target.hostname or "", target.port or (443 if tls else 80), dict(route.proxy_headers))
    return connection
