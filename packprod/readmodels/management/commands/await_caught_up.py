"""`manage.py await_caught_up`: waits until every change so far is in the read models."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from packprod.dates import utc_now
from packprod.errors import EngineUnavailable
from packprod.readmodels.rebuild.markers import unfinished_rebuilds
from packprod.readmodels.stream.catching_up import is_caught_up

POLL_SECONDS = 0.5


class Command(BaseCommand):
    """Exit status 0 when caught up, 1 after the timeout."""

    help = "Wait until the stream is drained, no summary is due, and no rebuild is under way."

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the timeout."""
        parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Polls until caught up. Raises CommandError after the timeout."""
        deadline = time.monotonic() + options["timeout"]
        while not _is_caught_up():
            if time.monotonic() > deadline:
                raise CommandError("The read models have not caught up; is the stream consumer running?")
            time.sleep(POLL_SECONDS)
        self.stdout.write("caught up")


def _is_caught_up() -> bool:
    """Whether all is worked off. A rebuild, even one that died, marks no summary of what it commits."""
    try:
        now = utc_now()
        return is_caught_up(now=now) and not any(unfinished_rebuilds(now=now))
    except EngineUnavailable:
        return False
