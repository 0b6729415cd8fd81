"""Received imports, in SQL: what comes in while the engine is down must not be lost."""

import json
from typing import Any, ClassVar

from django.db import models


class ReceivedImport(models.Model):
    """One body as it was received, and what became of it. If it comes again on the same day, `attempts` counts it.

    `body` is never changed; `edited_body` is what staff made of it. The sender's network address is not kept.
    `references` is for people: the first few, short and printable. `reference_keys` is what imports are found by: every
    one of them in the form in which references are compared, each between two line ends.
    """

    class State(models.TextChoices):
        """Waiting: the engine or PackProd was at fault, so a replay is all that is needed."""

        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"
        WAITING = "waiting", "Waiting"

    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField("received", db_index=True)
    last_received_at = models.DateTimeField("last received", db_index=True)
    attempts = models.PositiveIntegerField("received times", default=1)
    sender = models.CharField("from", max_length=200)
    on_conflict = models.CharField("on conflict", max_length=20, blank=True, default="")
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, db_index=True)
    status_code = models.PositiveSmallIntegerField("status code")
    reason = models.TextField(blank=True, default="")
    references = models.TextField("order references", blank=True, default="")
    reference_keys = models.TextField(blank=True, default="", editable=False)
    orders = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField("orders refused", default=0)
    results_json = models.TextField(default="[]", editable=False)
    request_id = models.CharField("request ID", max_length=64, blank=True, default="")
    edited_body = models.BinaryField(null=True)
    edited_at = models.DateTimeField("edited", null=True)
    edited_by = models.CharField("edited by", max_length=200, blank=True, default="")
    replays = models.PositiveIntegerField("replayed times", default=0)
    replayed_at = models.DateTimeField("replayed", null=True)
    replayed_by = models.CharField("replayed by", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "received import"
        verbose_name_plural = "received imports"
        ordering: ClassVar[list[str]] = ["-last_received_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("replay_receivedimport", "Can replay received import"),
            ("edit_receivedimport", "Can edit and replay received import"),
        ]

    def __str__(self) -> str:
        return self.references[:60] or f"import {self.pk}"

    @property
    def results(self) -> list[dict[str, Any]]:
        """What became of each order, in the order sent; a single result without ids if the body holds no orders."""
        results: list[dict[str, Any]] = json.loads(self.results_json)
        return results

    @property
    def body_to_replay(self) -> bytes:
        """What a replay imports: the edited body, if there is one."""
        return bytes(self.body if self.edited_body is None else self.edited_body)
