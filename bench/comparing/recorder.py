"""What a request costs in the engine: a proxy between a PackProd web process and the engine keeps each call's bytes.

The product that is measured never has the proxy in its way: a second web process, with the same settings and data,
is started for the recording only.
"""

import json
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.environment import CHECKOUT, clean_environment, free_port, tail
from bench.product import Product
from bench.waiting import seconds_until
from bench.wire import Answer, Connection, Request, header

WSGI = "packprod.wsgi:application"


@dataclass(frozen=True, slots=True)
class Call:
    """A call to the engine as it was sent, and what it read."""

    request: Request
    operation: str
    items: int
    size: int


@dataclass(slots=True)
class Recording:
    """The answer to a request, and the calls that it took."""

    answer: Answer
    calls: list[Call]


class Recorder:
    """A web process of PackProd behind the proxy. It answers one request at a time."""

    def __init__(self, port: int, seen: list[Call]) -> None:
        self._connection, self._seen = Connection(port), seen

    def record(self, request: Request, *, warm_up: int) -> Recording:
        """Sends a request `warm_up` times, then once more for the record."""
        for _ in range(warm_up):
            self._connection.send(request)
        self._seen.clear()
        answer = self._connection.send(request)
        if answer.status != 200:
            raise RuntimeError(f"{request.raw[:120]!r} was answered with {answer.status}: {answer.body[:200]!r}")
        return Recording(answer, list(self._seen))

    def close(self) -> None:
        """Closes its connection."""
        self._connection.close()


@contextmanager
def running_recorder(product: Product, *, engine_url: str, folder: Path) -> Iterator[Recorder]:
    """Yields a recorder over the data of a running product."""
    seen: list[Call] = []
    with _proxy(urlsplit(engine_url).port or 0, seen) as proxy_port:
        port, log = free_port(), folder / "recorder.log"
        url = f"http://127.0.0.1:{proxy_port}"
        redis = product.access.endpoints["REDIS_URL"]
        settings = product.settings | {"DYNAMODB_ENDPOINT_URL": url, "PORT": str(port), "REDIS_URL": redis}
        config = ("--config", str(CHECKOUT / "deploy" / "gunicorn.conf.py"), "--workers", "1")
        program = product.checkout / ".venv" / "bin" / "python"
        command = [str(program), "-m", "gunicorn", *config, "--bind", f"127.0.0.1:{port}", WSGI]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=product.checkout, env=clean_environment(**settings), stdout=output, stderr=output
            )
        try:
            if seconds_until(lambda: process.poll() is not None or _answers(port), within=60, every=0.1) is None:
                raise RuntimeError(f"The recorder did not start:\n{tail(log)}")
            with closing(Recorder(port, seen)) as recorder:
                yield recorder
        finally:
            process.terminate()
            process.wait(30)


def _answers(port: int) -> bool:
    with suppress(OSError), closing(Connection(port)) as connection:
        return connection.send(Request("GET", "/healthz")).status == 200
    return False


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    engine_port: int
    seen: list[Call]


class _Handler(socketserver.StreamRequestHandler):
    """One connection of the web process: each request goes on to the engine over a connection of its own."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        with suppress(OSError), closing(Connection(server.engine_port)) as engine:
            while request := self._next():
                answer = engine.send(request)
                server.seen.append(_call(request, answer))
                self.wfile.write(_with_length(answer))

    def _next(self) -> Request | None:
        head = bytearray()
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return None
            head += line
        length = int(header(bytes(head).lower(), b"content-length") or 0)
        return Request.of_bytes(bytes(head) + self.rfile.read(length))


@contextmanager
def _proxy(engine_port: int, seen: list[Call]) -> Iterator[int]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.engine_port, server.seen = engine_port, seen
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def _with_length(answer: Answer) -> bytes:
    lines = [line for line in answer.head.split(b"\r\n") if not line.lower().startswith(_LENGTHS)]
    length = f"Content-Length: {len(answer.body)}".encode()
    return b"\r\n".join([*lines, length, b"", answer.body])


_LENGTHS = (b"content-length:", b"transfer-encoding:")


def _call(request: Request, answer: Answer) -> Call:
    head = request.raw.partition(b"\r\n\r\n")[0]
    target = header(head.lower(), b"x-amz-target").decode()
    return Call(request, target.rpartition(".")[2], items_read(json.loads(answer.body)), len(answer.body))


def items_read(answer: dict[str, Any]) -> int:
    """How many items an answer of the engine has read, those included that a filter dropped."""
    if "ScannedCount" in answer:
        return int(answer["ScannedCount"])
    found = answer.get("Responses", [])
    if isinstance(found, dict):
        return sum(map(len, found.values()))
    return len(found) + ("Item" in answer)
