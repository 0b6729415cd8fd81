"""Verifications and rebuilds in SQL: requested by a button or the night, watched, and what they found."""

import json

from django.db import models

from packprod.jobs.models import Job


class ReadModelRun(Job):
    """One verification or rebuild. `slot` is unique and set while it is waiting or running: there is one at a time.

    `trouble` says why it failed.
    """

    class Kind(models.TextChoices):
        """`due` mends what a changed setting, a changed program or a trimmed stream makes wrong."""

        VERIFY = "verify", "Verification"
        REBUILD = "rebuild", "Rebuild"
        NIGHTLY = "nightly", "Nightly verification"
        DUE = "due", "Rebuild that was due"

    class State(models.TextChoices):
        """In this order."""

        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"

    ACTIVE = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    slot = models.CharField(max_length=10, unique=True, null=True, editable=False)  # noqa: DJ001 - null is free
    rows = models.PositiveBigIntegerField("rows looked at", default=0)
    differences = models.PositiveIntegerField(null=True)
    listed_json = models.TextField(default="[]", editable=False)

    class Meta(Job.Meta):
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def listed(self) -> list[str]:
        """The first differences, one sentence each."""
        listed: list[str] = json.loads(self.listed_json)
        return listed

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()
