"""Several calls to the engine at the same time, each counted for the request that they are made for."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
THREADS = 4
_BESIDE = 16


def in_threads(calls: Sequence[Callable[[], T]]) -> list[T]:
    """The results of the calls, in their order; a single one is made in this thread. Raises what one of them raises,
    once all have ended."""
    if len(calls) < 2:
        return [call() for call in calls]
    with ThreadPoolExecutor(min(THREADS, len(calls))) as pool:
        running = [pool.submit(copy_context().run, call) for call in calls]
    return [one.result() for one in running]


def beside(call: Callable[[], T]) -> Callable[[], T]:
    """Begins a call beside what this thread goes on with; returns the function that waits for its result, and raises
    what it raises. The threads are kept, so the call must not begin another one."""
    return _kept_pool(os.getpid()).submit(copy_context().run, call).result


@lru_cache(maxsize=1)
def _kept_pool(_process: int) -> ThreadPoolExecutor:
    """The threads of this process; a forked one has none of its parent's."""
    return ThreadPoolExecutor(_BESIDE, thread_name_prefix="import")
