"""`python -m bench [NAME …]`: runs scenarios against the product, started for them, and prints one table."""

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from bench.environment import CHECKOUT
from bench.product import Product, running_product
from bench.report import Report
from bench.scenarios import (
    badinput,
    basics,
    chaos,
    concurrency,
    dormancy,
    exactness,
    exporting,
    foreign,
    freshness,
    latency,
    load,
    merging,
    outage,
    paging,
    peer,
    restart,
    sizes,
    staff,
    superstore,
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario. `fresh`: it needs a product without data; `needs_file`: it needs the superstore orders; `default`:
    it runs if no scenario is named; `alone`: it starts what it needs itself, and is given options."""

    name: str
    about: str
    run: Callable[..., None]
    fresh: bool = False
    needs_file: bool = False
    default: bool = True
    alone: bool = False


SCENARIOS = (
    Scenario("basics", "create, repeat, conflict, replace, cancel, search", basics.run, fresh=True),
    Scenario("latency", "POST to visible figures, 200 orders one by one", latency.run),
    Scenario("concurrency", "50 at once: one order, one contact", concurrency.run),
    Scenario("foreign", "the AWS CLI as another writer, broken rows, other clients", foreign.run),
    Scenario("badinput", "hundreds of bad requests, each answered properly", badinput.run),
    Scenario("time", "segments that days alone change", dormancy.run),
    Scenario("outage", "engine frozen and killed", outage.run),
    Scenario("chaos", "kill -9 of every part during 2,000 orders", chaos.run),
    Scenario("restart", "stop, start again", restart.run),
    Scenario("superstore-http", "a shop's orders by HTTP, arrays of 100", superstore.by_http, True, True),
    Scenario(
        "superstore-http-4",
        "over 4 connections",
        partial(superstore.by_http, connections=4),
        True,
        True,
        False,
    ),
    Scenario("superstore", "the same by manage.py import_orders", superstore.by_command, True, True),
    Scenario("exactness", "reports equal SQL (--orders)", exactness.run, default=False, alone=True),
    Scenario(
        "exporting", "every order as CSV and XLSX: seconds, memory, others meanwhile", exporting.run, default=False
    ),
    Scenario("sizes", "every endpoint at several numbers of orders (--sizes)", sizes.run, default=False, alone=True),
    Scenario("staff", "every admin page at several numbers of orders (--sizes)", staff.run, default=False, alone=True),
    Scenario(
        "freshness",
        "POST to figures with a best-seller in each order (--sizes, --orders, --seconds)",
        freshness.run,
        default=False,
        alone=True,
    ),
    Scenario(
        "load", "arrays of 100, catching up, rebuild, verify, memory (--orders)", load.run, default=False, alone=True
    ),
    Scenario("merging", "customers joined and parted while 2,000 orders come in", merging.run, fresh=True),
    Scenario("paging", "every sort under a writer at full speed", paging.run),
    Scenario("peer", "against PostgreSQL with Django's ORM, and the floor (--sizes, --clients)", peer.run, alone=True),
)
FEW = [1_000, 5_000]
PEER_SIZES = [2_000]


def main() -> int:
    """Runs the chosen scenarios; the exit status is 1 if any check failed."""
    options = _options()
    if options.list:
        for one in SCENARIOS:
            print(f"{one.name:18} {'' if one.default else '(on demand) '}{one.about}")
        return 0
    report = Report()
    signal.signal(signal.SIGTERM, _leave)
    try:
        _run(list(_chosen(options.names, file=options.superstore)), report, options=options)
    finally:
        print(report.table())
    print(f"\n{len(report.failures)} checks failed")
    return 1 if report.failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="scenarios; none: the default set")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    file = os.environ.get("PACKPROD_SUPERSTORE")
    about = "a shop's orders, one a line (or PACKPROD_SUPERSTORE)"
    parser.add_argument("--superstore", type=Path, metavar="FILE", default=file and Path(file), help=about)
    about = "numbers of stored orders for the scenarios sizes, staff and peer, such as 5000,20000,100000"
    parser.add_argument("--sizes", type=_numbers, metavar="N,N", help=about)
    about = "peer: numbers of clients that send at the same time"
    parser.add_argument("--clients", type=_numbers, metavar="N,N", default=[1, 8], help=about)
    about = "peer: requests of each kind, and half as many in the rounds of several clients"
    parser.add_argument("--requests", type=int, metavar="N", default=20, help=about)
    parser.add_argument("--only", metavar="WORDS", default="", help="peer: only endpoints whose name has these words")
    about = "sizes: compare with another checkout, which `make install` has prepared, instead of measuring this one"
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help=about)
    about = "numbers of orders to send: exactness 50000, load 5000, freshness 100 one by one"
    parser.add_argument("--orders", type=int, metavar="N", help=about)
    about = "freshness: how long 20 orders a second are sent"
    parser.add_argument("--seconds", type=int, metavar="N", default=60, help=about)
    parser.add_argument("--checkout", type=Path, default=CHECKOUT, help="where to call make run")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _chosen(names: list[str], *, file: Path | None) -> Iterator[Scenario]:
    unknown = set(names) - {one.name for one in SCENARIOS}
    if unknown:
        sys.exit(f"No such scenario: {', '.join(sorted(unknown))}; see --list")
    for one in SCENARIOS:
        if one.needs_file and file is None and (one.name in names or (not names and one.default)):
            print(f"{one.name} left out: give --superstore FILE", file=sys.stderr)
        elif one.name in names or (not names and one.default):
            yield one


def _run(scenarios: list[Scenario], report: Report, *, options: argparse.Namespace) -> None:
    product: Product | None = None
    with ExitStack() as running:
        for one in scenarios:
            if one.alone:
                running.close()  # what it starts has the machine for itself
                product = None
            elif one.fresh or product is None:
                running.close()
                product = running.enter_context(running_product(checkout=options.checkout))
                report.scenario = "start"
                report.figure("make run until PackProd is ready", f"{product.start_seconds:.1f} s")
            report.scenario = one.name
            print(f"… {one.name}: {one.about}", file=sys.stderr, flush=True)
            _measured(one, product, report, options=options)


def _measured(one: Scenario, product: Product | None, report: Report, *, options: argparse.Namespace) -> None:
    started = time.monotonic()
    takes_file = one.needs_file or one.name == "paging"
    file = options.superstore and options.superstore.resolve()
    try:
        if one.name == "sizes":
            against = options.against and options.against.resolve()
            one.run(report, checkout=options.checkout, sizes=options.sizes or FEW, against=against)
        elif one.name == "staff":
            one.run(report, checkout=options.checkout, sizes=options.sizes or FEW)
        elif one.name == "peer":
            sent = {"clients": options.clients, "requests": options.requests, "only": options.only}
            one.run(report, checkout=options.checkout, sizes=options.sizes or PEER_SIZES, **sent)
        elif one.name == "exactness":
            one.run(report, checkout=options.checkout, superstore=file, orders=options.orders or 50_000)
        elif one.name == "freshness":
            sent = {"orders": options.orders or 100, "seconds": options.seconds}
            one.run(report, checkout=options.checkout, sizes=options.sizes or FEW[-1:], **sent)
        elif one.name == "load":
            one.run(report, checkout=options.checkout, orders=options.orders or 5_000)
        else:
            one.run(product, report, **({"path": file} if takes_file else {}))
    except Exception as failed:  # noqa: BLE001 - one scenario's failure is a line in the table, the others go on
        said = "\n".join(getattr(failed, name, None) or "" for name in ("output", "stderr"))  # of a program
        print(f"{''.join(traceback.format_exception(failed))}\n{said}", file=sys.stderr, flush=True)
        report.check("scenario ran to its end", False, f"{type(failed).__name__}: {failed}"[:300])
    report.figure("took", f"{time.monotonic() - started:.0f} s")


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
