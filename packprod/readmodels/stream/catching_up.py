"""Whether every change in the stream has reached the read models, and how to bring them there without workers."""

import os
from collections.abc import Callable
from datetime import datetime

from packprod.readmodels.stream.consumer import Consumer
from packprod.readmodels.stream.state import stream_state
from packprod.readmodels.stream.sweep import dirty_buckets
from packprod.readmodels.summary import summarise_upward

_EMPTY_PAGES = 2


def is_caught_up(*, now: datetime) -> bool:
    """Whether no shard has records after its checkpoint, and no bucket is dirty."""
    return not stream_state(now=now).has_unread and next(dirty_buckets(now=now), None) is None


def catch_up(*, clock: Callable[[], datetime], progress: Callable[[int], object] = lambda count: None) -> None:
    """Reads the stream to its end, then summarises every dirty bucket once, in this process.

    It is for tests and for commands that run alone; beside running workers it only does their work again.
    """
    consumer = Consumer(owner="catch-up", clock=clock, send=_dropped, paced=False)
    quiet = 0
    while quiet < _EMPTY_PAGES:
        count = consumer.step() + consumer.step_followed()
        progress(count)
        quiet = 0 if count else quiet + 1
    consumer.close()
    summarise_upward(dirty_buckets(now=clock()), now=clock())


def catch_up_if_alone(*, clock: Callable[[], datetime], progress: Callable[[int], object] = lambda count: None) -> None:
    """Catches up if manage.py has started the engine only for this command, as nobody else reads the stream then."""
    if os.environ.get("PACKPROD_ENGINE_IS_TEMPORARY") == "1":
        catch_up(clock=clock, progress=progress)


def _dropped(summary_ids: list[str]) -> None:
    """Sends nothing: no wake-ups are needed, as all dirty buckets are summarised at the end."""
