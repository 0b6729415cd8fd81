"""The scheduler of `celery beat`: django-celery-beat's, which also notes that it runs, so that a second one is seen."""

from typing import Any

from django_celery_beat.schedulers import DatabaseScheduler

from packprod.dates import utc_now
from packprod.observability.processes import process_note


class NotedScheduler(DatabaseScheduler):  # type: ignore[misc]  # django-celery-beat has no types
    """Notes the process at each tick."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        process_note("beat", now=utc_now())
        return super().tick(*args, **kwargs)
