"""Verifications and rebuilds in SQL: asked for by a button or the night, watched, and what they found."""

import json
from typing import ClassVar

from django.db import models


class ReadModelRun(models.Model):
    """One verification or rebuild. `slot` is unique and set while it is waiting or running: there is one at a time.

    A worker that does it says every few seconds that it is alive (`heartbeat_at`) and how far it has come.
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

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    slot = models.CharField(max_length=10, null=True, unique=True, editable=False)  # noqa: DJ001 - null is free
    requested_by = models.CharField("by", max_length=200)
    requested_at = models.DateTimeField("asked for")
    started_at = models.DateTimeField("started", null=True)
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField("finished", null=True)
    rows = models.PositiveBigIntegerField("rows looked at", default=0)
    differences = models.PositiveIntegerField(null=True)
    listed_json = models.TextField(default="[]", editable=False)
    error = models.TextField(blank=True, default="")

    class Meta:
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-requested_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def listed(self) -> list[str]:
        """The first differences, one sentence each."""
        listed: list[str] = json.loads(self.listed_json)
        return listed

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.slot is not None

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()
