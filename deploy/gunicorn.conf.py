"""The web process, under `make run` and in production alike; the address comes from --bind."""

import gc
from typing import Any

# gthread, with JSON for what it cannot read: requests wait for the engine, not for a CPU.
worker_class = "packprod.api.web_worker.JsonErrorsWorker"
workers = 2
threads = 8
timeout = 60
limit_request_line = 8190  # the longest gunicorn knows; beyond it, its own plain answer
graceful_timeout = 5
# Longer than clients keep an idle connection: closed by us, one may be on its way with a request (default: 2 s).
keepalive = 75
# Loaded once, then forked: half the start's CPU and memory, and a killed worker is back in milliseconds.
preload_app = True
control_socket_disable = True  # it would lie in the home folder, outside of anything we own
loglevel = "warning"


def when_ready(_server: Any) -> None:
    """Import the views before forking; Django would do so in each worker's first request (0.7 s).

    What is loaded by then stays for good: the garbage collector need not look at it again and again, which cost a
    third of the time of every long list.
    """
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - a cached property
    gc.collect()
    gc.freeze()


def child_exit(_server: Any, worker: Any) -> None:
    """A worker that is gone answers no request any more; what it has counted stays."""
    from packprod.observability.metrics import process_ended

    process_ended(worker.pid)
