"""The environment a customer's shell would have: this machine's, without any PackProd or AWS setting."""

import os
import socket
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
OUR_SETTINGS = ("PACKPROD_", "DJANGO_", "DYNAMODB_", "AWS_", "PYTEST_", "COV_")
OUR_NAMES = {"PORT", "REDIS_URL", "DATABASE_URL", "PYTHONPATH", "PYTHONWARNINGS", "PYTHONHOME", "VIRTUAL_ENV"}
# Handed on by an outer `make test`: they would make the inner `make run` part of that build.
FROM_OUTER_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "MAKEFILES"}


def clean_environment(**settings: str) -> dict[str, str]:
    """os.environ without anything that steers the product, plus `settings`."""
    dropped = OUR_NAMES | FROM_OUTER_MAKE
    kept = {k: v for k, v in os.environ.items() if k not in dropped and not k.startswith(OUR_SETTINGS)}
    return kept | settings


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tail(path: Path, *, lines: int = 40) -> str:
    """The last lines of a log, for the message of a failure."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else "(no log)"
