"""Exceptions for the log: where it happened, and what was said only if that cannot hold a customer's data."""

import traceback
from types import TracebackType
from typing import Any

from packprod.errors import EngineUnavailable

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

# Their messages speak of code, files and connections. Any other (ValueError, KeyError, IntegrityError …) may
# quote a name or an e-mail, so only its type and place are logged.
_SPEAKABLE = (ImportError, NameError, AttributeError, OSError, EngineUnavailable)
_MOST_FRAMES = 25
_MOST_CAUSES = 5


def describe_exception(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """The exception, then its causes: `type`, `frames` (file:line function), `message` if harmless."""
    described: list[dict[str, Any]] = []
    exc: BaseException | None = exc_info[1]
    while exc is not None and len(described) < _MOST_CAUSES:
        described.append(_describe_one(exc))
        exc = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    return described


def _describe_one(exc: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(exc.__traceback__)[-_MOST_FRAMES:]
    described: dict[str, Any] = {
        "type": f"{type(exc).__module__}.{type(exc).__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(exc, _SPEAKABLE):
        described["message"] = str(exc)
    return described
