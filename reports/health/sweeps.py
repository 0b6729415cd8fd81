"""When each entry of the schedule ran last, and whether that is too long ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django_celery_beat.models import PeriodicTask

# Beat writes its last runs to SQL every three minutes, and a restart takes a while.
GRACE = timedelta(minutes=10)
DAILY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SweepState:
    """`every` is how often it should run; `last_run` None: not yet."""

    name: str
    every: timedelta
    last_run: datetime | None
    scheduled_at: datetime

    def is_late(self, *, now: datetime) -> bool:
        """Whether it should have run again by now."""
        return now - (self.last_run or self.scheduled_at) > 2 * self.every + GRACE


def sweep_states() -> list[SweepState]:
    """The entries of our schedule, in its order; those that beat has not yet seen are left out."""
    known = {task.name: task for task in PeriodicTask.objects.filter(name__in=settings.CELERY_BEAT_SCHEDULE)}
    return [
        SweepState(name, _every(entry["schedule"]), known[name].last_run_at, known[name].date_changed)
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if name in known
    ]


def _every(schedule: object) -> timedelta:
    return timedelta(seconds=schedule) if isinstance(schedule, int | float) else DAILY
