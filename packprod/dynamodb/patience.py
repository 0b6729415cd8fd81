"""For work over all orders: an engine under load may let single calls time out, which must not end an hour's work.

Requests never wait like this: they answer 503 at once, and whoever asked tries again.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from packprod.dynamodb.engine_errors import TableMissing
from packprod.errors import EngineUnavailable

T = TypeVar("T")
ATTEMPTS = 6


def patiently(work: Callable[[], T]) -> T:
    """What `work` returns; it is done again while the engine does not answer, for about 15 seconds in all.

    Raises EngineUnavailable after that. `work` must be safe to repeat.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except TableMissing:
            raise
        except EngineUnavailable:
            time.sleep(0.25 * 2**attempt)
    return work()
