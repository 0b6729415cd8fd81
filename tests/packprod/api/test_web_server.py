"""The real web server with two workers: its log, its figures, and bodies as they come over a socket."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from packprod.embedded.ports import free_port

CONFIG = Path(__file__).resolve().parents[3] / "deploy" / "gunicorn.conf.py"
SECRETS = ("jane.doe", "Doe", "hunter2")


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[bytes]"
    port: int
    output: Path
    key: str

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as exc:
            return exc.code, exc.read().decode()

    def figure(self, name: str) -> float:
        """The sum over all labels of one figure of /metrics."""
        found = re.findall(rf"^{name}(?:{{.*}})? (\S+)$", self.get("/metrics")[1], re.MULTILINE)
        return sum(map(float, found))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("web")
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.packprod.api.site_settings",
        "PACKPROD_DATA_DIR": str(home),
        "DATABASE_URL": f"sqlite:///{home}/test.sqlite3",
        "DYNAMODB_ENDPOINT_URL": "http://127.0.0.1:9",
        "PROMETHEUS_MULTIPROC_DIR": str(home / "metrics"),
        "PACKPROD_PART": "web",
    }
    django = [sys.executable, "-m", "django"]
    subprocess.run([*django, "migrate", "-v0"], env=env, check=True)
    made = [*django, "create_api_token", "test", "--scope", "api:read", "--scope", "orders:import"]
    key = subprocess.run(made, env=env, check=True, capture_output=True).stdout.decode().splitlines()[-1]
    port, output = free_port(), home / "output"
    command = [sys.executable, "-m", "gunicorn", "--config", str(CONFIG), "--bind", f"127.0.0.1:{port}"]
    command += ["--logger-class", "packprod.observability.gunicorn_logs.JsonLogger", "packprod.wsgi"]
    with output.open("wb") as sink:
        process = subprocess.Popen(command, env=env, stdout=sink, stderr=subprocess.STDOUT)
    server = Server(process, port, output, key)
    _wait_until_up(server)
    yield server
    process.terminate()
    process.wait(20)


def _wait_until_up(server: Server) -> None:
    for _ in range(150):
        try:
            assert server.get("/healthz") == (200, '{"status":"ok"}')
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(server.output.read_text())


def _post_in_chunks(server: Server, chunks: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Token {server.key}", "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request("POST", "/admin/contacts/import", chunks, headers, encode_chunked=True)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def test_chunked_bodies_over_a_socket(server: Server) -> None:
    status, body = _post_in_chunks(server, iter([b'{"a": [1', b", 2.50]}"]))
    assert (status, body["data"]) == (201, {"a": [1, 2.5]})
    status, body = _post_in_chunks(server, (b"x" * 65536 for _ in range(96)))
    assert (status, body["error"]["code"]) == (413, "payload_too_large")


@contextmanager
def _lines(server: Server, query: str) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request("GET", f"/api/lines?{query}", headers={"Authorization": f"Token {server.key}"})
        with connection.getresponse() as answer:
            yield answer


def test_a_file_that_breaks_off_does_not_look_whole(server: Server) -> None:
    with _lines(server, "count=5000&fails=1") as answer:
        assert answer.status == 200
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    with _lines(server, "count=5000") as answer:
        assert len(answer.read().splitlines()) == 5001
    for early in ("count=5&fails=1", "count=5000&fails=1&format=xlsx"):
        with _lines(server, early) as answer:
            assert (answer.status, json.loads(answer.read())["error"]["code"]) == (503, "engine_unavailable")


def test_the_memory_of_a_worker_does_not_grow_with_a_file(server: Server) -> None:
    def memory_after(count: int) -> int:
        """Bytes of the largest worker, once such a file was sent twice."""
        for _ in range(2):
            with _lines(server, f"count={count}") as answer:
                while answer.read(1 << 20):
                    pass
        return max(worker.memory_info().rss for worker in psutil.Process(server.process.pid).children())

    few = memory_after(1_000)
    assert memory_after(120_000) < few + 8_000_000  # 12 MB of lines each


def test_an_encoded_slash_is_no_end_of_an_address(server: Server) -> None:
    known = {"Authorization": f"Token {server.key}"}
    assert server.get("/api/reports/sales/", **known)[0] == 503  # no engine
    for path in ("/api/reports/sales%2F", "/api/reports%2fsales"):
        status, body = server.get(path, **known)
        assert (status, json.loads(body)["error"]["code"]) == (404, "not_found")


def _raw(server: Server, *lines: str) -> tuple[int, str, Any]:
    """Status, content type and body of the answer to these lines."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as connection:
        connection.sendall("\r\n".join([*lines, "Host: shop.example", "Connection: close", "", ""]).encode("latin-1"))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, str(answer.headers["Content-Type"]), json.loads(answer.read())


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (400, ["POST /admin/contacts/import HTTP/1.1", "Content-Type: a/b", "Content-Type: application/json"]),
        (400, ["GET /api/orders HTTP/1.1", "Content-Length: 1", "Content-Length: 2"]),
        (400, ["GET /api/orders HTTP/1.1", "<script>: x"]),
        (400, ["GET /api/orders HTTP/1.1", "no colon"]),
        (400, ["GET /api/orders HTTP/9.9"]),
        (400, ["G<T /api/orders HTTP/1.1"]),
        (414, [f"GET /api/orders?search={'x' * 9000} HTTP/1.1"]),
        (431, ["GET /api/orders HTTP/1.1", f"X-Long: {'x' * 9000}"]),
    ],
)
def test_what_gunicorn_cannot_read_is_answered_in_json(server: Server, status: int, lines: list[str]) -> None:
    found, kind, body = _raw(server, *lines)
    assert (found, kind, body["error"]["code"]) == (status, "application/json", "bad_request")
    assert body["detail"].startswith("The request cannot be read. ")


def test_readiness_tells_of_an_engine_that_is_away(server: Server) -> None:
    status, body = server.get("/readyz")
    assert status == 503
    assert json.loads(body)["error"]["code"] == "engine_unavailable"
    assert server.get("/healthz")[0] == 200


def test_figures_of_all_workers_are_added_and_dead_ones_forgotten(server: Server) -> None:
    before = server.figure("packprod_http_requests_total")
    for _ in range(30):
        server.get("/api/numbers", Authorization=f"Token {server.key}")
    assert server.figure("packprod_http_requests_total") >= before + 30
    assert server.figure("packprod_cache_reads_total") >= 30
    assert server.figure("packprod_http_requests_in_progress") == 1
    directory = server.output.parent / "metrics"
    dead = directory / "gauge_livesum_4194304.db"  # one more than Linux ever gives
    dead.write_bytes(next(directory.glob("gauge_livesum_*.db")).read_bytes())
    server.get("/metrics")
    assert not dead.exists()


def test_every_line_is_json_and_none_is_private(server: Server) -> None:
    for path in (
        "/api/failing/bug?search=Doe",
        "/page?kind=bug&q=Doe",
        "/api/Doe/jane.doe@example.com",
        "/%zz?Doe",
    ):
        server.get(path, Authorization=f"Token {server.key}", Referer="http://x/?q=Doe")
    server.get("/api/echo", Authorization="Token hunter2-hunter2")
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(b"GET /?search=Doe HTTP/1.1\r\nHost: jane.doe@example.com\r\nBad Header Doe\r\n\r\n")
        raw.recv(1000)
    os.kill(server.process.pid, signal.SIGHUP)  # gunicorn reloads, and configures its log again
    time.sleep(1.5)
    _wait_until_up(server)
    text = server.output.read_text()
    for line in text.splitlines():
        assert json.loads(line)["part"] == "web"
    for secret in (*SECRETS, server.key):
        assert secret not in text
    assert "Request answered" in text
    assert "A request could not be read: " in text
