"""`manage.py replay_dead_letters`: processes again the stream records that failed every attempt."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from packprod.dates import utc_now
from packprod.readmodels.stream.dead_letters import replay
from packprod.readmodels.summary import summarise_upward


class Command(BaseCommand):
    """Removes the letters that succeed and prints those that fail again, with the reason; then its exit status is 1."""

    help = "Project the orders of all dead letters again and summarise what they touch."

    def handle(self, *args: Any, **options: Any) -> None:
        """Replays all letters and prints how many succeeded."""
        replayed = replay(now=utc_now())
        summarise_upward(sorted(replayed.touched), now=utc_now())
        for letter_id, reason in replayed.failures.items():
            self.stdout.write(f"dead letter {letter_id} failed again: {reason}")
        self.stdout.write(f"{replayed.count} dead letters replayed")
        if replayed.failures:
            sys.exit(1)
