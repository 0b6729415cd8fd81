"""A setting that can't be used is named in one sentence, at once, wherever it is met."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from packprod.configuration import BASE_DIR, switch
from packprod.embedded.ports import free_port
from tests.packprod.embedded.stack import environment

BAD = {
    "PACKPROD_TIME_ZONE": "Mars/X",
    "PACKPROD_NEW_DAYS": "1.5",
    "PACKPROD_DORMANT_DAYS": "",
    "PACKPROD_VIP_ORDERS": "-1",
    "PACKPROD_SLOW_QUERY_MS": "fast",
    "PACKPROD_INBOX_DAYS": "9" * 10,
    "PACKPROD_STREAM_POLL_MS": "½",
    "PACKPROD_VIP_SPEND": "abc",
    "PACKPROD_CURRENCY": "xx",
    "PACKPROD_COUNTRY": "UK",
    "PACKPROD_CLIENT_ID": "a#b",
    "PACKPROD_TABLE_PREFIX": "a b",
    "PACKPROD_READ_MODEL_PREFIX": "a#b",
    "PACKPROD_THROTTLE": "maybe",
    "PACKPROD_LOG_LEVEL": "LOUD",
    "PACKPROD_LOG_FORMAT": "xml",
    "PACKPROD_DATA_DIR": "manage.py",
    "DYNAMODB_ENDPOINT_URL": "foo",
    "REDIS_URL": "foo",
    "DATABASE_URL": "foo",
}
_READ_ALL = """
import os, sys
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from packprod import settings as module
for line in sys.argv[1:]:
    name, value = line.split("=", 1)
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        exec(compile(open(module.__file__).read(), module.__file__, "exec"), {"__file__": module.__file__})
        print("accepted", name)
    except ImproperlyConfigured as exc:
        print(exc)
    os.environ.pop(name) if before is None else os.environ.update({name: before})
"""


def _python(*arguments: str, data_dir: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env={**environment(data_dir, free_port()), **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_each_bad_setting_is_named(tmp_path: Path) -> None:
    bad = [*(f"{name}={value}" for name, value in BAD.items()), "PACKPROD_CLIENT_ID=", "PACKPROD_COUNTRY=au"]
    answer = _python("-c", _READ_ALL, *bad, data_dir=tmp_path)
    told = answer.stdout.splitlines()
    assert len(told) == len(bad), answer.stderr
    for line, sentence in zip(bad, told, strict=True):
        name, value = line.split("=", 1)
        assert sentence.startswith(f"{name} is "), sentence
        assert value in sentence
        assert "; it must be " in sentence


def test_a_command_says_so_without_a_traceback(tmp_path: Path) -> None:
    answer = _python("manage.py", "migrate", data_dir=tmp_path, PACKPROD_NEW_DAYS="1.5")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "PACKPROD_NEW_DAYS is '1.5'; it must be a whole number of 0 or more.\n"
    assert "Traceback" in _python("manage.py", "migrate", data_dir=tmp_path, REDIS_URL="x", DJANGO_DEBUG="1").stderr


def test_make_run_says_so_and_stops_at_once(tmp_path: Path) -> None:
    answer = _python("-m", "packprod.embedded", data_dir=tmp_path, PACKPROD_VIP_SPEND="abc")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "PACKPROD_VIP_SPEND is 'abc'; it must be an amount of 0 or more.\n"


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    answer = _python("manage.py", "migrate", data_dir=tmp_path, DATABASE_URL="postgers://ann:secret@db/x")
    assert answer.stderr.startswith("DATABASE_URL is 'postgers://…@db/x'; it must be an address")


@pytest.mark.parametrize(("value", "on"), [("ON", True), ("1", True), ("no", False), ("", False)])
def test_switches(monkeypatch: pytest.MonkeyPatch, value: str, on: bool) -> None:
    monkeypatch.setenv("PACKPROD_THROTTLE", value)
    assert switch("PACKPROD_THROTTLE", default=not on) is on


def test_a_damaged_sql_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "packprod.sqlite3").write_bytes(b"no database" * 1000)
    answer = _python("manage.py", "migrate", data_dir=tmp_path)
    assert answer.returncode == 1
    assert answer.stderr.startswith("The SQL database cannot be used: file is not a database.")
    assert answer.stderr.count("\n") == 1


def test_an_engine_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    away = {"DYNAMODB_ENDPOINT_URL": "http://127.0.0.1:9"}
    answer = _python("manage.py", "verify_read_models", data_dir=tmp_path, **away)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert answer.stderr.splitlines()[-1].startswith("The database engine")


READERS = ("settings.py", "configuration.py", "embedded/options.py", "embedded/engine.py", "observability/metrics.py")


def test_the_example_lists_every_setting() -> None:
    programs = "".join((BASE_DIR / "packprod" / name).read_text() for name in READERS)
    read = set(re.findall(r"""\b(?:get|list|[a-z_]+)\(\s*"([A-Z][A-Z_]+)\"""", programs))
    listed = re.findall(r"^# ([A-Z_]+)=", (BASE_DIR / ".env.example").read_text(), re.MULTILINE)
    assert len(read) > 25
    assert set(listed) == read
    assert len(listed) == len(read), "each once"
