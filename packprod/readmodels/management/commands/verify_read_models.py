"""`manage.py verify_read_models`: compares every read model with a recompute from the orders."""

import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import pluralize

from packprod.dates import utc_now
from packprod.readmodels.parked import ParkedOrder, parked_orders, summary_lines, summary_of
from packprod.readmodels.rebuild.progress import Bars
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.runs import verification_keep
from packprod.readmodels.stream.catching_up import catch_up_if_alone
from packprod.readmodels.stream.dead_letters import dead_letters

LISTED = 100


class Command(BaseCommand):
    """Its exit status is 0 only if there are 0 differences."""

    help = "Compare every read model with a recompute from source; print each difference."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the differences, then what is parked and why, dead letters, and the number of differences."""
        catch_up_if_alone(clock=utc_now)
        started = utc_now()
        with Bars() as progress:
            differences = verify(progress=progress)
        verification_keep(found=differences, started=started, now=utc_now())
        for difference in differences:
            self.stdout.write(str(difference))
        self._write_parked(parked_orders())
        letters = sum(1 for _ in dead_letters())
        if letters:
            self.stdout.write(f"{letters} dead letter{pluralize(letters)}: run `manage.py replay_dead_letters`")
        self.stdout.write(f"{len(differences)} difference{pluralize(len(differences))}")
        if differences:
            sys.exit(1)

    def _write_parked(self, parked: Sequence[ParkedOrder]) -> None:
        """The first LISTED one by one, then all by reason."""
        for one in parked[:LISTED]:
            self.stdout.write(f"parked order {one.order_id}: {one.reason}")
        if len(parked) > LISTED:
            self.stdout.write(f"and {len(parked) - LISTED:,} more parked orders: see Orders in the admin")
        for line in summary_lines(summary_of(parked)):
            self.stdout.write(line)
