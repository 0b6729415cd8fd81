"""`manage.py index_contacts`: makes the index of contacts whole, or says what it lacks."""

import sys
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import pluralize

from customers.contact_index.keys import is_complete
from customers.contact_index.selectors import index_state
from customers.contact_index.sweep import contact_key_differences, contact_keys_sweep
from packprod.dates import utc_now
from packprod.errors import EngineUnavailable

LISTED = 100


class Command(BaseCommand):
    """With --check, the exit status is 0 only if there are 0 differences."""

    help = "Read all contacts and make the index by which the import finds them whole; safe at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to compare only, and for how long to go on."""
        parser.add_argument("--check", action="store_true", help="print what differs, and change nothing")

        parser.add_argument("--if-incomplete", action="store_true", help="do nothing if all contacts are in it")
        parser.add_argument("--seconds", type=float, help="stop after about so long; beat goes on with it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many entries were added and removed, or each difference. Raises CommandError in an outage."""
        try:
            if options["check"]:
                self._check()
            elif not (options["if_incomplete"] and is_complete(index_state())):
                self._sweep(options["seconds"])
        except EngineUnavailable as exc:
            raise CommandError(f"{exc.message} Run the command again: it goes on where it stopped.") from exc

    def _sweep(self, seconds: float | None) -> None:
        swept = contact_keys_sweep(clock=utc_now, seconds=seconds or float("inf"))
        if not swept.finished and seconds is None:
            raise CommandError("Another process is sweeping the index of contacts at the same time.")
        more = "" if swept.finished else "; the rest follows"
        self.stdout.write(f"index of contacts: {swept.added} added, {swept.removed} removed{more}")

    def _check(self) -> None:
        differences = contact_key_differences()
        count = 0
        for difference in islice(differences, LISTED):
            self.stdout.write(difference)
            count += 1
        count += sum(1 for _ in differences)
        self.stdout.write(f"{count} difference{pluralize(count)}")
        if count:
            sys.exit(1)
