"""`make run` as a user meets it: ready, killed in parts, in its own way, stopped, started again."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from select import select

import psutil
import pytest
import redis

from packprod.configuration import BASE_DIR
from packprod.embedded.endpoints import endpoints_file, read_endpoints
from packprod.embedded.ports import answers_http, free_port, wait_until
from tests.packprod.embedded.stack import READY_SECONDS, Stack, environment

pytestmark = pytest.mark.system

PARTS = {
    "engine": "DynamoDBLocal.jar",
    "redis": "valkey-server",
    "worker": "worker-0@",
    "beat": " beat ",
    "consumer": "consume_stream",
    "web": "gunicorn",
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("stack")
    running = Stack(home / "data", free_port(), log=home / "log")
    try:
        running.await_ready()
        yield running
    finally:
        if running.process.is_running():
            running.stop()


def test_endpoints_file_names_what_runs(stack: Stack) -> None:
    found = read_endpoints(stack.data_dir)
    assert set(found) == {
        "DYNAMODB_ENDPOINT_URL",
        "REDIS_URL",
        "PORT",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_DEFAULT_REGION",
    }
    assert found["PORT"] == str(stack.port)
    assert answers_http(int(found["DYNAMODB_ENDPOINT_URL"].rsplit(":", 1)[1]))
    assert redis.Redis.from_url(found["REDIS_URL"]).ping()
    assert stat.S_IMODE(endpoints_file(stack.data_dir).stat().st_mode) == 0o600
    assert stat.S_IMODE(stack.data_dir.stat().st_mode) == 0o700


def test_every_line_is_json_that_names_its_part_but_those_for_people(stack: Stack) -> None:
    names = {json.loads(line)["part"] for line in stack.lines if line.startswith("{")}
    assert {"engine", "setup", "worker", "beat", "consumer"} <= names
    plain = [line for line in stack.lines if not line.startswith("{")]
    assert plain == [f"PackProd runs at http://127.0.0.1:{stack.port}/admin/", "PackProd is ready"]


def test_listens_on_this_machine_only(stack: Stack) -> None:
    listening = {
        (_part_name(process), connection.laddr.ip)
        for process in stack.everyone()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    # The engine can't be told where to listen; tests/packprod/embedded/test_engine.py shows that it refuses others.
    assert listening - {("engine", "0.0.0.0")} <= {("redis", "127.0.0.1"), ("web", "127.0.0.1")}  # noqa: S104


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_is_back(stack: Stack, part: str) -> None:
    before = stack.part(PARTS[part])
    assert before is not None
    before.kill()

    def back() -> bool:
        now = stack.part(PARTS[part])
        return now is not None and now.pid != before.pid and now.status() != psutil.STATUS_ZOMBIE

    assert wait_until(back, seconds=10)
    assert wait_until(lambda: answers_http(stack.port, "/readyz", status=200), seconds=60)


def test_a_second_run_on_the_same_data_is_refused(stack: Stack) -> None:
    answer = _start_another(stack.data_dir, free_port())
    assert answer.returncode == 1
    assert f"in use by `make run` (process {stack.process.pid})" in answer.stderr
    assert "PACKPROD_DATA_DIR" in answer.stderr


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = _start_another(tmp_path, port)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Port {port} is in use: set PORT to another one")


def test_stops_whole_and_starts_again_with_its_data(stack: Stack, tmp_path: Path) -> None:
    redis.Redis.from_url(read_endpoints(stack.data_dir)["REDIS_URL"]).set("kept", "yes")
    database = next((stack.data_dir / "dynamodb").iterdir())
    size = database.stat().st_size
    assert stack.stop(signal.SIGINT) == []
    assert stack.process.returncode == 0
    assert not endpoints_file(stack.data_dir).exists()

    again = Stack(stack.data_dir, stack.port, log=tmp_path / "log")
    try:
        again.await_ready()
        assert redis.Redis.from_url(read_endpoints(stack.data_dir)["REDIS_URL"]).get("kept") == b"yes"
        assert database.stat().st_size >= size
        everyone = again.everyone()
        again.process.kill()
        _gone, left = psutil.wait_procs(everyone, timeout=40)
        assert left == [], "kill -9 of the first process ends the others too"
    finally:
        if again.process.is_running():
            again.stop()


def test_in_a_terminal_it_is_a_few_lines_for_people(tmp_path: Path) -> None:
    data_dir, port = tmp_path / "data", free_port()
    env = environment(data_dir, port) | {"PACKPROD_DEMO": "1", "PACKPROD_LOG_FORMAT": "", "TERM": "xterm"}
    data_dir.mkdir()
    (data_dir / "demo-data").write_text("loaded")  # the login without the orders
    screen, terminal = os.openpty()
    process = psutil.Popen(
        [sys.executable, "-m", "packprod.embedded"], cwd=BASE_DIR, env=env, stdin=terminal, stdout=terminal
    )
    os.close(terminal)
    try:
        shown = _shown_until("\r\nPackProd is ready\r\n", screen)
        everyone = [process, *process.children(recursive=True)]
        process.send_signal(signal.SIGINT)
        the_end = _shown_until("has stopped", screen)
        _gone, left = psutil.wait_procs(everyone, timeout=40)
    finally:
        os.close(screen)  # ends it, too, like a window that is closed
    assert left == []
    assert "{" not in shown + the_end
    assert shown.count("\n") <= 20
    password = (data_dir / "demo-password").read_text()
    block = re.sub(r"\x1b\[\d*m", "", shown[shown.index("Dashboard") :])
    assert f"Dashboard  http://127.0.0.1:{port}/admin/\r\n  Login      demo\r\n  Password   {password}\r\n" in block


def _shown_until(end: str, screen: int) -> str:
    shown = ""
    deadline = time.monotonic() + READY_SECONDS
    while end not in shown and time.monotonic() < deadline:
        try:
            shown += os.read(screen, 65536).decode(errors="replace") if select([screen], [], [], 1)[0] else ""
        except OSError:  # the other end is closed
            break
    assert end in shown, shown
    return shown


def test_a_damaged_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "dynamodb").mkdir()
    (tmp_path / "dynamodb" / "shared-local-instance.db").write_bytes(b"no database" * 1000)
    answer = _start_another(tmp_path, free_port())
    assert answer.returncode == 1
    assert f"{tmp_path / 'dynamodb'} away" in answer.stderr


def test_a_command_gets_an_engine_for_its_own_time(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "manage.py", "provision_tables"],
        cwd=BASE_DIR,
        env=environment(tmp_path, free_port()),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "created table packprod-weborders" in answer.stdout
    assert not [process for process in psutil.process_iter() if str(tmp_path) in " ".join(_cmdline(process))]


def _start_another(data_dir: Path, port: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "packprod.embedded"],
        cwd=BASE_DIR,
        env=environment(data_dir, port),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _part_name(process: psutil.Process) -> str:
    return process.environ().get("PACKPROD_PART", "setup")


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline() if process.pid != os.getpid() else []
    except psutil.Error:
        return []
