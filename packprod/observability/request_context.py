"""The request that this thread answers: its id, when it arrived, what it has cost in the database engine."""

import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`id` goes into the answer, its X-Request-ID and every log line; `arrived` is a perf_counter reading;
    `engine` counts the request's calls to the engine so far."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    arrived: float = field(default_factory=time.perf_counter)
    engine: EngineUsage = field(default_factory=EngineUsage)

    def elapsed_ms(self) -> float:
        """Milliseconds since the request arrived."""
        return (time.perf_counter() - self.arrived) * 1000


_current: ContextVar[RequestContext | None] = ContextVar("packprod_request", default=None)


def current_request() -> RequestContext:
    """The request being answered; outside of one, a fresh context that belongs to nothing."""
    return _current.get() or RequestContext()


def enter_request(context: RequestContext | None) -> None:
    """Makes `context` the current one; None when the request is answered."""
    _current.set(context)


def count_engine_call(*, items: int = 0, size: int = 0) -> None:
    """Adds a call to the engine to the request being answered, if this thread answers one."""
    context = _current.get()
    if context is not None:
        context.engine.add(items=items, size=size)
