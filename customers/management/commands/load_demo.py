"""`manage.py load_demo`: a year of a packaging supplier's orders, through the same import service as HTTP."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from customers.demo import DemoImport, demo_imports
from customers.importing.batch import ImportResult, orders_import
from packprod.dates import business_date, utc_now
from packprod.readmodels.stream.catching_up import catch_up_if_alone

CHUNK = 100
DEFAULT_ORDERS = 1_200

log = structlog.get_logger("packprod")


class Command(BaseCommand):
    """Deterministic for a given day; a second run finds everything loaded."""

    help = "Load deterministic demo data: customers in all segments, seasons, amended and cancelled orders."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many orders, and whether to log progress for a calling program."""
        parser.add_argument("--orders", type=int, default=DEFAULT_ORDERS, metavar="N")
        parser.add_argument("--progress-lines", action="store_true", help="log how many orders are done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Imports oldest orders first."""
        if options["orders"] < 1:
            raise CommandError("--orders must be 1 or more.")
        fates: Counter[str] = Counter()
        done = 0
        imports = demo_imports(orders=options["orders"], today=business_date(utc_now()))
        with tqdm(desc="loading demo orders", unit=" orders", disable=None) as bar:
            for chunk in _chunks(imports):
                payloads = [one.payload for one in chunk]
                results = orders_import(
                    payloads=payloads, on_conflict=chunk[0].on_conflict, updated_by="demo data", now=utc_now()
                )
                fates.update(map(_fate, results))
                bar.update(len(chunk))
                done = min(done + _orders_in(chunk), options["orders"])
                if options["progress_lines"]:
                    log.info("loading demo orders", done=done, total=options["orders"])
        catch_up_if_alone(clock=utc_now)
        self.stdout.write(", ".join(f"{count} {fate}" for fate, count in sorted(fates.items())))


def _chunks(imports: Iterator[DemoImport]) -> Iterator[list[DemoImport]]:
    """Consecutive imports with the same `on_conflict`, at most CHUNK at a time."""
    for _, run in groupby(imports, key=attrgetter("on_conflict")):
        while chunk := list(islice(run, CHUNK)):
            yield chunk


def _orders_in(chunk: list[DemoImport]) -> int:
    """How many different orders begin in this chunk; an amendment follows its order."""
    return len({one.payload["orderReference"] for one in chunk if one.on_conflict == "reject"})


def _fate(result: ImportResult) -> str:
    """A first version that conflicts was loaded and amended by an earlier run."""
    if result.outcome is None:
        return "loaded before"
    return "created" if result.outcome.created else "updated" if result.outcome.updated else "loaded before"
