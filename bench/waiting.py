"""Waiting with a limit, so that every loop of a scenario ends, whatever the product does."""

import time
from collections.abc import Callable


def seconds_until(condition: Callable[[], bool], *, within: float, every: float = 0.005) -> float | None:
    """Seconds until `condition()` was true; None if it was not true within `within` seconds."""
    started = time.monotonic()
    while time.monotonic() - started < within:
        if condition():
            return time.monotonic() - started
        time.sleep(every)
    return None


def in_time(seconds: float | None, limit: float) -> bool:
    """Whether a wait ended, and within `limit` seconds."""
    return seconds is not None and seconds <= limit


def milliseconds(seconds: float | None) -> str:
    """`123 ms`, or `never` for a wait that ran out."""
    return "never" if seconds is None else f"{seconds * 1000:.0f} ms"
