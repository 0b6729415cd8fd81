"""The environment for the product: this machine's, without any PackProd or AWS setting; also ports and log tails."""

import os
import socket
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
OUR_SETTINGS = ("PACKPROD_", "DJANGO_", "DYNAMODB_", "AWS_", "PYTEST_", "COV_")
OUR_NAMES = {"PORT", "REDIS_URL", "DATABASE_URL", "PYTHONPATH", "PYTHONWARNINGS", "PYTHONHOME", "VIRTUAL_ENV"}
# Passed on by an outer `make test`; with them, the inner `make run` would be part of that build.
FROM_OUTER_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "MAKEFILES"}


def clean_environment(**settings: str) -> dict[str, str]:
    """os.environ without anything that configures the product, plus `settings`."""
    dropped = OUR_NAMES | FROM_OUTER_MAKE
    kept = {k: v for k, v in os.environ.items() if k not in dropped and not k.startswith(OUR_SETTINGS)}
    return kept | settings


def free_port() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tail(path: Path, *, lines: int = 40) -> str:
    """The last lines of a log, for the message of a failure."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else "(no log)"
