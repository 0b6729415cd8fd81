"""`manage.py replay_dead_letters`: tries the stream records again that had failed every attempt."""

from typing import Any

from django.core.management.base import BaseCommand

from packprod.dates import utc_now
from packprod.readmodels.dead_letters import replay
from packprod.readmodels.summary import summarise_upward


class Command(BaseCommand):
    """Letters that succeed are dropped; the first that fails again ends the command with its reason."""

    help = "Project the orders of all dead letters again and summarise what they touch."

    def handle(self, *args: Any, **options: Any) -> None:
        """Replays and says how many."""
        touched, count = replay(now=utc_now())
        summarise_upward(sorted(touched), now=utc_now())
        self.stdout.write(f"{count} dead letters replayed")
