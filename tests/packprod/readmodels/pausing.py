"""Makes a race happen every time: one caller is stopped behind a read while the others overtake it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from types import ModuleType
from typing import Any

import pytest

PATIENCE_SECONDS = 30


@contextmanager
def overtaken(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, seam: str, slow: Callable[[], Any]
) -> Iterator[None]:
    """Starts `slow`, lets it return from its first call of `module.seam` only after the block has run.

    What the block does happens between that read and all that `slow` makes of it.
    """
    original = getattr(module, seam)
    has_read, may_go_on = Event(), Event()

    def stopping(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if not has_read.is_set():
            has_read.set()
            assert may_go_on.wait(PATIENCE_SECONDS)
        return result

    monkeypatch.setattr(module, seam, stopping)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        try:
            assert has_read.wait(PATIENCE_SECONDS), f"{seam} was never called"
            yield
        finally:
            may_go_on.set()
            running.result(PATIENCE_SECONDS)
