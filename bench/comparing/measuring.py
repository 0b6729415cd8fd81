"""Measures one case: request by request in turn at one client, and in short rounds at several."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from bench.comparing.cases import Case
from bench.comparing.floor import Floor, engine_connection
from bench.processes import Groups, cpu_seconds
from bench.report import percentile
from bench.wire import Connection, Request

WARM_UP = 5
ROUNDS = 4  # of each program, in turn


@dataclass(slots=True)
class Times:
    """The seconds of requests; `wall` is how long they took in all, where they overlapped."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)

    def p(self, rank: float) -> float:
        """A percentile in milliseconds."""
        return percentile(self.seconds, rank) * 1000

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return len(self.seconds) / (self.wall or sum(self.seconds) or 1)

    def cpu_ms(self) -> dict[str, float]:
        """Milliseconds of CPU a request, by group of processes."""
        return {name: used * 1000 / max(1, len(self.seconds)) for name, used in self.cpu.items()}


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything runs: the ports of `ours` and `peer`, if there is one, and of the bare function; the engine's
    address; the processes whose CPU counts for each program."""

    ports: dict[str, int]
    bare: int
    engine_url: str
    groups: dict[str, Groups]


Interleaved = dict[str, Times]
"""`ours`, `peer` (if it has the case), and the floor's parts: `calls`, `ideal`, `bare`."""


def in_turn(case: Case, floors: Sequence[Floor], places: Places, *, requests: int) -> Interleaved:
    """One client: in each turn every program answers one request; which is first moves on from turn to turn."""
    with ExitStack() as open_:

        def connected(connection: Connection) -> Connection:
            return open_.enter_context(closing(connection))

        ours, bare = connected(Connection(places.ports["ours"])), connected(Connection(places.bare))
        engine = connected(engine_connection(places.engine_url))
        ways: dict[str, Callable[[int], None]] = {
            "ours": lambda turn: _send(ours, case.ours[turn % len(case.ours)]),
            "calls": lambda turn: _send_all(engine, floors[turn % len(floors)]),
            "ideal": lambda turn: _send(engine, floors[turn % len(floors)].ideal),
            "bare": lambda turn: _send(bare, floors[turn % len(floors)].bare),
        }
        if case.peers:
            peer = connected(Connection(places.ports["peer"]))
            ways["peer"] = lambda turn: _send(peer, case.peers[turn % len(case.peers)])
        return _take_turns(ways, requests=requests)


def _take_turns(ways: dict[str, Callable[[int], None]], *, requests: int) -> Interleaved:
    found, names = {name: Times() for name in ways}, list(ways)
    for turn in range(WARM_UP + requests):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            started = time.perf_counter()
            ways[name](turn)
            if turn >= WARM_UP:
                found[name].seconds.append(time.perf_counter() - started)
    return found


def _send(connection: Connection, request: Request) -> None:
    answer = connection.send(request)
    if answer.status >= 300:
        raise RuntimeError(f"{request.raw.splitlines()[0]!r} was answered with {answer.status}: {answer.body[:300]!r}")


def _send_all(connection: Connection, floor: Floor) -> None:
    for call in floor.calls:
        _send(connection, call.request)


class Clients:
    """Several clients, each with a kept connection to every program."""

    def __init__(self, count: int, places: Places) -> None:
        self.count, self._places = count, places
        self._closing = ExitStack()
        self._connections = {
            program: [self._closing.enter_context(closing(Connection(port))) for _ in range(count)]
            for program, port in places.ports.items()
        }
        self._pool = self._closing.enter_context(ThreadPoolExecutor(count))

    def rounds(self, case: Case, *, requests: int) -> dict[str, Times]:
        """Rounds of both programs in turn, `requests` of each in all; a first round of each does not count."""
        sent = {"ours": case.ours} | ({"peer": case.peers} if case.peers else {})
        found = {program: Times() for program in sent}
        each = max(2, requests // self.count // ROUNDS)
        for number in range(1 + ROUNDS):
            for program in list(sent) if number % 2 else list(sent)[::-1]:
                times = Times() if number == 0 else found[program]
                self._round(program, sent[program], times, each=2 if number == 0 else each)
        return found

    def _round(self, program: str, requests: Sequence[Request], times: Times, *, each: int) -> None:
        groups, barrier = self._places.groups[program], threading.Barrier(self.count + 1)

        def client(number: int) -> list[float]:
            connection, seconds = self._connections[program][number], []
            barrier.wait()
            for turn in range(each):
                started = time.perf_counter()
                _send(connection, requests[(number + turn) % len(requests)])
                seconds.append(time.perf_counter() - started)
            return seconds

        running = [self._pool.submit(client, number) for number in range(self.count)]
        before = cpu_seconds(groups)
        barrier.wait()
        started = time.perf_counter()
        for one in running:
            times.seconds += one.result()
        times.wall += time.perf_counter() - started
        for name, used in cpu_seconds(groups).items():
            times.cpu[name] = times.cpu.get(name, 0.0) + used - before[name]

    def close(self) -> None:
        """Closes every connection."""
        self._closing.close()
