"""One run at one size: PackProd and the peer started with the same shop, everything measured, everything ended."""

import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.comparing.agreement import agreement
from bench.comparing.cases import Case, Orders, imports, post, read_cases
from bench.comparing.floor import Floor, Shown, running_floor
from bench.comparing.measuring import Clients, Places, Times, in_turn
from bench.comparing.recorder import Recording, running_recorder
from bench.comparing.results import Json, Result
from bench.memory_engine import filled_product
from bench.peer.cluster import NoPostgres
from bench.peer.running import Peer, running_peer
from bench.processes import Groups, family, listening_on
from bench.product import Product
from bench.shop_data import Shop
from bench.wire import Connection, Request

RECORD_WARM_UP = 3
PAUSE = 0.3  # after an import, so that what follows from it does not slow the next one
OURS = ("web", "worker", "consumer", "beat", "redis")


@dataclass(slots=True)
class Compared:
    """What one size gave: every case, and the shop's own numbers. `without_peer` says why there was no peer."""

    orders: int
    customers: int
    products: int
    without_peer: str = ""
    cases: Json = field(default_factory=dict)

    @classmethod
    def of_shop(cls, orders: int, *, today: date) -> "Compared":
        """Nothing measured yet, of the shop of that size."""
        shop = Shop(orders=orders, today=today)
        return cls(orders, customers=len(shop.customers), products=len(shop.articles))


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that runs, and how much to send."""

    product: Product
    peer: Peer | None
    engine_url: str
    today: date
    clients: Sequence[int]
    requests: int
    folder: Path


def compare_with_peer(
    found: Compared, *, today: date, checkout: Path, clients: Sequence[int], requests: int, only: str = ""
) -> None:
    """Measures every case whose name has `only` in it, and adds it to `found` as soon as it is measured.

    It goes on without the peer where there is no PostgreSQL.
    """
    orders = found.orders
    with ExitStack() as running:
        folder = Path(running.enter_context(TemporaryDirectory(prefix="packprod-peer-logs-")))
        peer: Peer | None = None
        try:
            peer = running.enter_context(running_peer(orders=orders, today=today, folder=folder))
        except NoPostgres as missing:
            found.without_peer = str(missing)
        product, url = running.enter_context(filled_product(orders, today=today, checkout=checkout))
        everything = Measured(product, peer, url, today, clients, requests, folder)
        for cases in (_reads(everything, only), _imports(everything, only)):
            for name, measured in cases:
                found.cases[name] = measured


def _reads(run: Measured, only: str) -> Iterator[tuple[str, Json]]:
    cases = read_cases(run.product, run.peer, today=run.today)
    chosen = [case for case in cases if only in case.name]
    shown = {case.shows for case in chosen}
    with running_recorder(run.product, engine_url=run.engine_url, folder=run.folder) as recorder:
        recordings = {
            f"{case.name}#{number}": recorder.record(request, warm_up=RECORD_WARM_UP)
            for case in cases
            if case in chosen or case.name in shown
            for number, request in enumerate(case.ours)
        }
    original = _original_way(run.product, cases)
    with running_floor(recordings, _ideals(cases, recordings, run), folder=run.folder) as (bare, floors):
        places = _places(run, bare=bare)
        for case in chosen:
            measured = _measure(case, floors, places, run, original)
            yield case.name, measured.as_json() | {"agrees": _agrees(case, recordings, run)}


def _agrees(case: Case, recordings: dict[str, Recording], run: Measured) -> str | None:
    """What both programs' answers to the first request have in common; None for pages and where the peer has none."""
    if run.peer is None or not case.peers or case.shows != case.name:
        return None
    with closing(Connection(run.peer.port)) as connection:
        answer = connection.send(case.peers[0])
    return agreement(recordings[f"{case.name}#0"].answer.body, answer.body)


def _ideals(cases: Sequence[Case], recordings: dict[str, Recording], run: Measured) -> dict[str, Request]:
    shown, found, by_name = Shown(url=run.engine_url), dict[str, Request](), {case.name: case for case in cases}
    for name, one in recordings.items():
        case, _, number = name.partition("#")
        shows = by_name[case].shows
        rows = one if shows == case else recordings[f"{shows}#0"]
        found[name] = found.get(f"{shows}#{number}") or shown.put(name, rows.answer.body)
    return found


def _original_way(product: Product, cases: Sequence[Case]) -> dict[str, float]:
    """The seconds of each original way, by name."""
    path = next(case for case in cases if case.name == "orders of a product").ours[0].raw.split()[1].decode()
    settings = {"DJANGO_SETTINGS_MODULE": "packprod.settings"}
    done = product.access.measured("-m", "bench.sizes.original_way", path.split("/")[3], **settings)
    seconds: dict[str, float] = json.loads(done.output.strip().splitlines()[-1])
    return seconds


def _places(run: Measured, *, bare: int) -> Places:
    engine = listening_on(urlsplit(run.engine_url).port or 0)
    ours: Groups = {name: run.product.parts.named(name) for name in OURS} | {"engine": engine}
    ports = {"ours": int(run.product.settings["PORT"])} | ({"peer": run.peer.port} if run.peer else {})
    return Places(ports, bare, run.engine_url, {"ours": ours, "peer": _peer_processes(run)})


def _peer_processes(run: Measured) -> Groups:
    """Connections of PostgreSQL are made on first use, so its processes are looked up again and again."""
    return {"web": family(run.peer.web), "postgres": family(run.peer.postgres)} if run.peer else {}


def _measure(case: Case, floors: dict[str, Floor], places: Places, run: Measured, original: dict[str, float]) -> Result:
    print(f"    {case.name}", file=sys.stderr, flush=True)
    own = [floors[f"{case.name}#{number}"] for number in range(len(case.ours))]
    rounds: dict[int, dict[str, Times]] = {}
    turns = in_turn(case, own, places, requests=run.requests)
    for count in run.clients:
        with closing(Clients(count, places)) as clients:
            places.groups["peer"] = _peer_processes(run)
            rounds[count] = clients.rounds(case, requests=2 * run.requests)
    sent = int(statistics.median(floor_size(run.folder, one) for one in own))
    return Result(case.name, turns, rounds, own, sent, original.get(case.original))


def floor_size(folder: Path, floor: Floor) -> int:
    """The bytes of the answer that the bare function serves."""
    return (folder / "answers" / floor.bare.raw.split()[1].decode().lstrip("/")).stat().st_size


def _imports(run: Measured, only: str) -> Iterator[tuple[str, Json]]:
    """Imports one after another, PackProd and the peer in turn, with a pause after each."""
    headers = {"ours": {"Authorization": run.product.access.http.headers["Authorization"]}}
    ports = {"ours": int(run.product.settings["PORT"])}
    if run.peer:
        headers["peer"] = {"Authorization": f"Token {run.peer.token}"}
        ports["peer"] = run.peer.port
    found: dict[str, dict[str, Times]] = {}
    with ExitStack() as open_:
        connections = {name: open_.enter_context(closing(Connection(port))) for name, port in ports.items()}
        bodies = imports(Orders(run.product.access.http))
        for number in range(3 * (1 + run.requests // 3)):
            name, body = next(bodies)
            if only not in name:
                continue
            for program in list(ports) if number % 2 else list(ports)[::-1]:
                seconds = _post(connections[program], post(body, headers[program]))
                if number >= 3:  # the first of each kind warms up
                    times = found.setdefault(name, {}).setdefault(program, Times())
                    times.seconds.append(seconds)
    for name, turns in found.items():
        yield name, Result(name, turns, {}, [], 0, None).as_json()


def _post(connection: Connection, request: Request) -> float:
    started = time.perf_counter()
    answer = connection.send(request)
    seconds = time.perf_counter() - started
    if answer.status >= 300:
        raise RuntimeError(f"An import was answered with {answer.status}: {answer.body[:300]!r}")
    time.sleep(PAUSE)
    return seconds
