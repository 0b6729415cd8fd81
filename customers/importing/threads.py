"""Several calls to the engine at the same time, each counted for the request that they are made for."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
THREADS = 4


def in_threads(calls: Sequence[Callable[[], T]]) -> list[T]:
    """The results of the calls, in their order; a single one is made in this thread. Raises what one of them raises,
    once all have ended."""
    if len(calls) < 2:
        return [call() for call in calls]
    with ThreadPoolExecutor(min(THREADS, len(calls))) as pool:
        running = [pool.submit(copy_context().run, call) for call in calls]
    return [one.result() for one in running]
