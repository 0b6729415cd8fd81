"""The peer's web processes: gunicorn with PackProd's own settings, whatever they are, but for what names its code."""

import gc
import runpy
from pathlib import Path
from typing import Any

_OURS = runpy.run_path(str(Path(__file__).parents[2] / "deploy" / "gunicorn.conf.py"))
worker_class = "gthread"
workers, threads = _OURS["workers"], _OURS["threads"]
timeout, keepalive = _OURS["timeout"], _OURS["keepalive"]
preload_app, control_socket_disable, loglevel = True, True, "warning"


def when_ready(_server: Any) -> None:
    """Import the views before forking, and keep what is loaded out of garbage collection, as PackProd does."""
    import os

    if "DJANGO_SETTINGS_MODULE" in os.environ:  # the floor's bare function has no Django
        from django.urls import get_resolver

        get_resolver().url_patterns  # noqa: B018 - a cached property
    gc.collect()
    gc.freeze()
