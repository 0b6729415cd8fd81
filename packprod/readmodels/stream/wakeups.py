"""Which summaries the consumer wakes workers for, and when: while it is behind, later than at once.

What is planned is kept in memory only: the dirty marks are in the engine, and the sweep finds what is lost here.
"""

from collections.abc import Callable, Iterable

from packprod.readmodels.registry import queue_of

MANY_RECORDS = 200  # in one read: the consumer is behind, and more changes of the same summaries follow
_BEHIND_SECONDS = {"customers": 1.0}  # how long a summary waits then, by queue; the others:
_OTHERS_BEHIND_SECONDS = 5.0


class Wakeups:
    """Plans and sends wake-ups."""

    def __init__(self, send: Callable[[list[str]], None]) -> None:
        self._send = send
        self._due: dict[str, float] = {}

    def add(self, summary_ids: Iterable[str], *, now: float, records: int = 1) -> None:
        """Plans a wake-up for each summary. `now` is a reading of a monotonic clock, in seconds; `records` is how many
        were read together. With MANY_RECORDS, as in a bulk load, summaries wait, so that they are not derived again for
        each batch."""
        is_behind = records >= MANY_RECORDS
        for one in summary_ids:
            delay = _BEHIND_SECONDS.get(queue_of(one), _OTHERS_BEHIND_SECONDS) if is_behind else 0.0
            self._due.setdefault(one, now + delay)

    def flush(self, *, now: float) -> None:
        """Sends the wake-ups that are due. If sending raises, they stay planned."""
        if due := [one for one, at in self._due.items() if at <= now]:
            self._send(due)
            for one in due:
                del self._due[one]

    @property
    def pending(self) -> int:
        """How many wake-ups are planned."""
        return len(self._due)
