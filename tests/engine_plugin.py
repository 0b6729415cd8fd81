"""Gives each process that runs tests one engine in memory and one Redis, before Django reads its settings.

Loaded by `-p` in pyproject.toml. Both end with this process, whatever ends it.
"""

import os
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from packprod.embedded.guard import GuardedProcess
from packprod.embedded.ports import LOOPBACK, free_port, wait_until
from packprod.embedded.temporary import running_engine
from packprod.embedded.valkey import START_SECONDS, answers_ping, valkey_command

_session = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """A wrapper, so it runs before pytest-django loads the settings."""
    os.environ.update(_new_environment())
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: Sequence[Any]) -> None:
    """With pytest-xdist, each worker gets an engine and a Redis of its own; the first has this process's."""
    for spec in specs[1:]:
        spec.env.update(_new_environment())


def pytest_unconfigure() -> None:
    """The last thing pytest does, also after Ctrl-C or a usage error."""
    _session.close()


def _new_environment() -> dict[str, str]:
    home = Path(tempfile.mkdtemp(prefix="packprod-tests-"))
    _session.callback(shutil.rmtree, home, ignore_errors=True)
    return {
        "PACKPROD_DATA_DIR": str(home),
        "DATABASE_URL": f"sqlite:///{home}/packprod.sqlite3",
        "PACKPROD_DEMO": "0",
        "PACKPROD_LOG_FORMAT": "json",  # also where pytest itself runs in a terminal
        "REDIS_URL": _start_redis(home),
        "DYNAMODB_ENDPOINT_URL": _session.enter_context(
            running_engine(store=None, log_file=home / "engine.log", env=dict(os.environ))
        ),
    }


def _start_redis(home: Path) -> str:
    port = free_port()
    with (home / "redis.log").open("wb") as log:
        process = GuardedProcess(valkey_command(port=port, store=home / "redis"), output=log.fileno())
    _session.callback(process.stop)
    if not wait_until(lambda: answers_ping(port), seconds=START_SECONDS):
        raise pytest.UsageError(f"Redis for the tests did not start: {(home / 'redis.log').read_text()}")
    return f"redis://{LOOPBACK}:{port}/0"
