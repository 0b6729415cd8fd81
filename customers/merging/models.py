"""Likely duplicates as rows in SQL: what a sweep found, and what staff decided about it."""

from typing import ClassVar

from django.db import models

from customers.merging.likeness import MIXED, SAME_EMAIL, SAME_NAME, SAME_PHONE

REASONS = {
    SAME_EMAIL: "Same e-mail address",
    SAME_PHONE: "Same phone number",
    SAME_NAME: "Same name and e-mail domain",
    MIXED: "Orders of several addresses",
}


class LikelyDuplicate(models.Model):
    """Two contacts that are likely one customer; without `other_id`, one contact that is likely several.

    Names are those at the time of the search. `texts` are the addresses on the orders of a contact that is likely
    several.
    """

    class State(models.TextChoices):
        """A pair that is joined, or not alike any more, has no row."""

        OPEN = "open", "To be decided"
        DISMISSED = "dismissed", "Dismissed"

    contact_id = models.CharField("customer ID", max_length=200)
    other_id = models.CharField("other customer ID", max_length=200, blank=True, default="")
    name = models.CharField("customer", max_length=300)
    other_name = models.CharField("other customer", max_length=300, blank=True, default="")
    reasons = models.JSONField(default=list)
    texts = models.JSONField(default=list)
    found_at = models.DateTimeField("found")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    decided_by = models.CharField("decided by", max_length=200, blank=True, default="")
    decided_at = models.DateTimeField("decided", null=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = "likely duplicate"
        ordering: ClassVar[list[str]] = ["-found_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact_id", "other_id"], name="one_row_per_pair_of_contacts")
        ]

    def __str__(self) -> str:
        return f"{self.name} and {self.other_name}" if self.other_id else self.name

    @property
    def why(self) -> str:
        """The reasons in words."""
        return "; ".join(REASONS[one] for one in self.reasons)


class DuplicateSearch(models.Model):
    """When a search for likely duplicates ended last, and how many contacts it looked at."""

    ended_at = models.DateTimeField()
    contacts = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Search of {self.ended_at}"
