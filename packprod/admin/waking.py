"""Wakes a worker from a page. The work lies in SQL, so a wake-up that Redis cannot take is only late, never lost."""

from typing import Any

import structlog
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def wake(task: Any, *arguments: Any) -> None:
    """Sends a Celery task with these arguments; a sweep makes up for one that cannot be sent."""
    try:
        task.apply_async(arguments, retry=False)
    except OperationalError:
        log.warning("wake-up lost: Redis is away", task=task.name)
