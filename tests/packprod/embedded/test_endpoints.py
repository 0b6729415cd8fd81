"""Where the parts are: explicit settings, then the data folder, then nowhere."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from packprod.embedded.endpoints import (
    NOWHERE_HTTP,
    NOWHERE_REDIS,
    endpoints_file,
    read_endpoints,
    resolve_endpoints,
    write_endpoints,
)

RUNNING = {
    "DYNAMODB_ENDPOINT_URL": "http://127.0.0.1:4000",
    "REDIS_URL": "redis://127.0.0.1:4001/0",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


@pytest.fixture(autouse=True)
def _no_keys_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_runs(tmp_path: Path) -> None:
    found = resolve_endpoints(data_dir=tmp_path, dynamodb_endpoint_url="", redis_url="")
    assert (found.dynamodb_url, found.redis_url) == (NOWHERE_HTTP, NOWHERE_REDIS)


def test_what_runs_is_found(tmp_path: Path) -> None:
    write_endpoints(tmp_path, RUNNING)
    found = resolve_endpoints(data_dir=tmp_path, dynamodb_endpoint_url="", redis_url="")
    assert [found.dynamodb_url, found.redis_url] == list(RUNNING.values())[:2]
    assert (found.aws_access_key_id, found.aws_secret_access_key) == ("local", "secret")


def test_explicit_settings_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_endpoints(tmp_path, RUNNING)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    found = resolve_endpoints(data_dir=tmp_path, dynamodb_endpoint_url="http://db:8000", redis_url="redis://cache/1")
    assert (found.dynamodb_url, found.redis_url) == ("http://db:8000", "redis://cache/1")
    assert found.aws_access_key_id is None, "then botocore finds the keys of the environment"


@pytest.mark.parametrize("url", ["aws", "https://dynamodb.ap-southeast-2.amazonaws.com"])
def test_amazon_uses_the_credential_chain(tmp_path: Path, url: str) -> None:
    found = resolve_endpoints(data_dir=tmp_path, dynamodb_endpoint_url=url, redis_url="")
    assert found.aws_access_key_id is None
    assert found.aws_secret_access_key is None
    assert found.dynamodb_url == (None if url == "aws" else url)


def test_written_file_is_private_and_whole(tmp_path: Path) -> None:
    write_endpoints(tmp_path, RUNNING)
    assert read_endpoints(tmp_path) == RUNNING
    assert stat.S_IMODE(endpoints_file(tmp_path).stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; from packprod.embedded.endpoints import resolve_endpoints as r;"
        f"print(r(data_dir=Path({str(tmp_path)!r}), dynamodb_endpoint_url='', redis_url='').secret_key)"
    )
    racing = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(6)]
    secrets = {process.communicate()[0].strip() for process in racing}
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 50
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"], "no draft is left"
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
