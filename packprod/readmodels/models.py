"""Verifications and rebuilds as jobs in SQL: who requested one, how far it is, what it found."""

import json

from django.db import models

from packprod.jobs.models import Job


class ReadModelRun(Job):
    """One verification or rebuild; `trouble` says why it failed.

    `slot` is unique, and set only while the run waits or runs, so that there is one at a time.
    """

    class Kind(models.TextChoices):
        """What to do. DUE is a rebuild after a changed setting, a changed program or lost stream records."""

        VERIFY = "verify", "Verification"
        REBUILD = "rebuild", "Rebuild"
        NIGHTLY = "nightly", "Nightly verification"
        DUE = "due", "Rebuild that was due"

    class State(models.TextChoices):
        """The states of a run; it ends as FINISHED or FAILED."""

        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"

    ACTIVE = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    slot = models.CharField(max_length=10, unique=True, null=True, editable=False)  # noqa: DJ001 - unique, but null for every ended run
    rows = models.PositiveBigIntegerField("rows looked at", default=0)
    differences = models.PositiveIntegerField(null=True)
    listed_json = models.TextField(default="[]", editable=False)

    class Meta(Job.Meta):
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def listed(self) -> list[str]:
        """The first differences that were found, one sentence each."""
        listed: list[str] = json.loads(self.listed_json)
        return listed

    @property
    def seconds(self) -> float | None:
        """How long it took; None until it has ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()
