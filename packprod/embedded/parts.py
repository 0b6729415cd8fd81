"""The programs that make up a running PackProd: their command lines, their environment, the order they stop in."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from packprod.configuration import BASE_DIR
from packprod.embedded.engine import engine_command
from packprod.embedded.options import Options
from packprod.embedded.ports import LOOPBACK
from packprod.embedded.valkey import valkey_command

WSGI = "packprod.wsgi:application"
WORKERS = 3
STORAGE = "storage"
APPLICATION = "application"
COPY = "{copy}"  # in a command: 0 for its first process, 1 for its second


@dataclass(frozen=True, slots=True)
class Part:
    """One program. Groups stop one after another, highest `priority` first, so the application ends before storage."""

    name: str
    command: list[str]
    group: str
    priority: int
    stop_seconds: int
    copies: int = 1

    @property
    def starts_at_once(self) -> bool:
        """Whether it starts with the manager. The application's parts wait until the tables exist."""
        return self.group != APPLICATION


def storage_parts(options: Options, *, engine_port: int, redis_port: int) -> list[Part]:
    """The embedded engine and Redis, each left out if the settings name another."""
    parts = []
    if not options.dynamodb_endpoint_url:
        parts.append(Part("engine", engine_command(port=engine_port, store=options.engine_store), STORAGE, 1, 10))
    if not options.redis_url:
        parts.append(Part("redis", valkey_command(port=redis_port, store=options.redis_store), STORAGE, 1, 10))
    return parts


def application_parts(options: Options) -> list[Part]:
    """Web, worker, beat and stream consumer."""
    return [
        Part("web", _gunicorn(options.port), APPLICATION, 2, 15),
        # One takes only what concerns customers, so that nothing else makes their figures late.
        Part("customers-worker", _celery_worker("customers", "--queues=customers"), APPLICATION, 2, 15),
        Part("worker", _celery_worker(f"worker-{COPY}"), APPLICATION, 2, 15, copies=WORKERS - 1),
        Part("beat", [*_celery(), "beat", "--loglevel=INFO"], APPLICATION, 2, 15),
        Part("consumer", manage("consume_stream"), APPLICATION, 2, 15),
    ]


def manage(*arguments: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, str(BASE_DIR / "manage.py"), *arguments]


def part_environment(marked: dict[str, str], options: Options) -> dict[str, str]:
    """The environment of every part. It names no addresses: those are read from the data folder."""
    return {
        **marked,
        "PACKPROD_DATA_DIR": str(options.data_dir),
        "PACKPROD_DEMO": str(int(options.demo)),
        "PORT": str(options.port),
        "PACKPROD_PART": "setup",
        "PACKPROD_LOG_FORMAT": "json",  # `make run` reads their lines, and renders them for people where there are any
        "PROMETHEUS_MULTIPROC_DIR": str(options.metrics_dir),
        "PYTHONUNBUFFERED": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }


def _gunicorn(port: int) -> list[str]:
    config = str(BASE_DIR / "deploy" / "gunicorn.conf.py")
    return [sys.executable, "-m", "gunicorn", "--config", config, "--bind", f"{LOOPBACK}:{port}", WSGI]


def _celery_worker(name: str, *options: str) -> list[str]:
    # Several processes of the solo pool instead of one with children: nobody is orphaned when one is killed
    # with -9, each is restarted alone, and neither shares an interpreter lock as threads would.
    # Gossip, mingle and heartbeats are talk between workers that nothing here listens to.
    command = [*_celery(), "--quiet", "worker", "--pool=solo", f"--hostname={name}@localhost", *options]
    return [*command, "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=INFO"]


def _celery() -> list[str]:
    # Its warning about running as root is for pickled tasks; ours are JSON.
    return [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--app=packprod"]
