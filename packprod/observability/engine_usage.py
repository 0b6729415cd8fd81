"""What one request costs in the database engine: calls, items read, bytes received. A list must not read what it
does not show, and this is how one sees it."""

from dataclasses import dataclass


@dataclass(slots=True)
class EngineUsage:
    """Adds up while a request is answered. `items` and `bytes` are of answers to reads; writes count as calls."""

    calls: int = 0
    items: int = 0
    bytes: int = 0

    def add(self, *, items: int = 0, size: int = 0) -> None:
        """One more call, the items in its answer and that answer's size in bytes."""
        self.calls += 1
        self.items += items
        self.bytes += size
