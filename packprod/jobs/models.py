"""The abstract model of a job: what every kind of long work has in common."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db import models


class Job(models.Model):
    """Work that takes longer than a Celery task may. The row describes the work; a task carries only its id.

    A subclass defines the choices of `state`, and in ACTIVE the states in which a worker has something to do. One
    worker holds the job until `claimed_until`; once that has passed, the worker is dead and another may go on.
    """

    ACTIVE: ClassVar[Sequence[str]]

    state = models.CharField(max_length=10)  # each kind has choices of its own
    trouble = models.TextField(blank=True, default="")
    created_by = models.CharField("by", max_length=200)
    created_at = models.DateTimeField("created")
    started_at = models.DateTimeField("started", null=True)
    ended_at = models.DateTimeField("ended", null=True)
    claimed_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    @property
    def is_active(self) -> bool:
        """Whether there is work left to do."""
        return self.state in self.ACTIVE

    def is_claimed(self, *, now: datetime) -> bool:
        """Whether a worker holds it."""
        return self.claimed_until is not None and self.claimed_until >= now
