"""The request that this thread is answering: its id, when it arrived, and what it has cost in the database engine."""

import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class EngineUsage:
    """What a request has cost in the engine so far: calls, and the items and bytes in the engine's answers.

    A write counts as a call.
    """

    calls: int = 0
    items: int = 0
    bytes: int = 0

    def add(self, *, items: int = 0, size: int = 0) -> None:
        """Counts one more call, with the items it read and the size of its answer in bytes."""
        self.calls += 1
        self.items += items
        self.bytes += size


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request. `id` goes into the answer, its X-Request-ID header and every log line; `arrived` is a reading of
    `time.perf_counter`; `engine` adds up what the request costs in the engine."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    arrived: float = field(default_factory=time.perf_counter)
    engine: EngineUsage = field(default_factory=EngineUsage)

    def elapsed_ms(self) -> float:
        """Milliseconds since the request arrived."""
        return (time.perf_counter() - self.arrived) * 1000


_current: ContextVar[RequestContext | None] = ContextVar("packprod_request", default=None)


def current_request() -> RequestContext:
    """The request being answered; outside a request, a new context that belongs to nothing."""
    return _current.get() or RequestContext()


def enter_request(context: RequestContext | None) -> None:
    """Makes `context` the current request; pass None once it has been answered."""
    _current.set(context)


def count_engine_call(*, items: int = 0, size: int = 0) -> None:
    """Counts a call to the engine for the request being answered; does nothing outside a request."""
    context = _current.get()
    if context is not None:
        context.engine.add(items=items, size=size)
