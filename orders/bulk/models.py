"""One bulk status change and each order in it. A worker that dies leaves nothing but orders that are still pending."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from orders.statuses import status_choices
from packprod.jobs.models import Job


class BulkStatusChange(Job):
    """Who wants which status for which orders, and how far it has come.

    Collecting: the orders that match are being written down. Ready: their number is known, somebody must name the new
    status and confirm. `query` is the list that is collected, as `collecting` stores it, and `position` how far it has
    been read. `trouble` says why it waits.
    """

    class State(models.TextChoices):
        """In this order; from queued and running also to stopped, and back."""

        COLLECTING = "collecting", "Collecting"
        READY = "ready", "To be confirmed"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped"
        FINISHED = "finished", "Finished"

    ACTIVE = (State.COLLECTING, State.QUEUED, State.RUNNING)

    status = models.CharField("new status", max_length=20, choices=status_choices, blank=True, default="")
    selection = models.TextField("orders", help_text="What was selected, in words.")
    query = models.JSONField(null=True, editable=False)
    position = models.JSONField(null=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.COLLECTING, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Job.Meta):
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return f"Bulk change {self.pk}" + (f" to {self.status}" if self.status else "")

    @property
    def updated_by(self) -> str:
        """What the orders it changes are stamped with: unique to it, so that its own work is known again."""
        return f"{self.created_by}, bulk change {self.pk}"

    @property
    def is_discarded(self) -> bool:
        """Whether it was stopped before anybody confirmed it: no order was touched."""
        return self.state == BulkStatusChange.State.STOPPED and self.started_at is None

    def is_stopping(self, *, now: datetime) -> bool:
        """Whether it was stopped while a worker is still busy with a slice of it."""
        return self.state == BulkStatusChange.State.STOPPED and self.is_claimed(now=now)


class BulkStatusItem(models.Model):
    """One order of a change. Where `updatedAt` is no longer `expected_updated_at`, the order is left as it is."""

    class Outcome(models.TextChoices):
        """What became of it."""

        PENDING = "pending", "Not reached"
        DONE = "done", "Changed"
        UNCHANGED = "unchanged", "Had the status already"
        GONE = "gone", "Gone"
        PARKED = "parked", "Parked"
        CONFLICT = "conflict", "Changed by somebody else"
        FAILED = "failed", "Failed"

    change = models.ForeignKey(BulkStatusChange, on_delete=models.CASCADE, related_name="items")
    order_id = models.CharField(max_length=2048)
    order_reference = models.TextField(blank=True, default="")
    from_status = models.TextField(blank=True, default="")
    expected_updated_at = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.PENDING)
    reason = models.TextField(blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("change", "order_id", name="bulk_item_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index("change", "outcome", name="bulk_item_outcome")]

    def __str__(self) -> str:
        return self.order_reference or self.order_id


UNDONE = (
    BulkStatusItem.Outcome.GONE,
    BulkStatusItem.Outcome.PARKED,
    BulkStatusItem.Outcome.CONFLICT,
    BulkStatusItem.Outcome.FAILED,
)
