"""`manage.py import_orders FILE.jsonl`: one order a line, resumable, idempotent; bad lines are kept aside."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import pluralize
from tqdm import tqdm

from customers.importing.jsonl import FileImport
from packprod.dates import utc_now
from packprod.errors import EngineUnavailable
from packprod.readmodels.stream.catching_up import catch_up_if_alone

INTERRUPTED = 130  # as shells have it


class Command(BaseCommand):
    """Exit status 1 if any line was rejected."""

    help = "Import orders from a file with one JSON order a line (contract section 4)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and what to do with an order that exists with other content."""
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--on-conflict", choices=("reject", "update"), default="reject")

    def handle(self, *args: Any, **options: Any) -> None:
        """Imports, then prints the counts."""
        path: Path = options["file"]
        if path.is_dir():
            raise CommandError(f"{path} is a directory; name the file in it.")
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        work = FileImport(path, on_conflict=options["on_conflict"])
        with tqdm(total=path.stat().st_size, desc="importing", unit="B", unit_scale=True, disable=None) as bar:
            counts = _run(work, bar.update)
        catch_up_if_alone(clock=utc_now)
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
        if counts["rejected"]:
            self.stdout.write(f"rejected lines are in {work.rejected_path}")
            sys.exit(1)


def _run(work: FileImport, progress: Callable[[int], object]) -> dict[str, int]:
    try:
        return work.run(clock=utc_now, progress=progress)
    except KeyboardInterrupt as exc:
        raise CommandError(
            f"Stopped: {work.lines_done:,} line{pluralize(work.lines_done)} done. Run it again to go on.",
            returncode=INTERRUPTED,
        ) from exc
    except EngineUnavailable as exc:
        raise CommandError(f"{exc.message} Run the command again: it goes on where it stopped.") from exc
