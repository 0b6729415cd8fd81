"""`manage.py verify_read_models`: compares every read model with a recompute from the orders."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import pluralize

from packprod.dates import utc_now
from packprod.readmodels.parked import parked_orders
from packprod.readmodels.rebuild.progress import Bars
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.runs import verification_keep
from packprod.readmodels.stream.catching_up import catch_up_if_alone
from packprod.readmodels.stream.dead_letters import dead_letters


class Command(BaseCommand):
    """Its exit status is 0 only if there are 0 differences."""

    help = "Compare every read model with a recompute from source; print each difference."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the differences, then parked orders and dead letters, then the number of differences."""
        catch_up_if_alone(clock=utc_now)
        started = utc_now()
        with Bars() as progress:
            differences = verify(progress=progress)
        verification_keep(found=differences, started=started, now=utc_now())
        for difference in differences:
            self.stdout.write(str(difference))
        for parked in parked_orders():
            self.stdout.write(f"parked order {parked.order_id}: {parked.reason}")
        letters = sum(1 for _ in dead_letters())
        if letters:
            self.stdout.write(f"{letters} dead letter{pluralize(letters)}: run `manage.py replay_dead_letters`")
        self.stdout.write(f"{len(differences)} difference{pluralize(len(differences))}")
        if differences:
            sys.exit(1)
