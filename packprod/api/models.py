"""API tokens, stored in SQL beside users and sessions. The key itself is never stored."""

from typing import ClassVar

from django.db import models


class ApiToken(models.Model):
    """A token of one client: the hash of its key, its scopes, when it was last used. `tokens.py` makes and finds it."""

    name = models.CharField(max_length=100, help_text="Which program uses it.")
    scopes = models.JSONField(default=list, help_text="What the token may do.")
    prefix = models.CharField(max_length=16, editable=False, help_text="How the key starts.")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("created", editable=False)
    last_used_at = models.DateTimeField("last used", null=True, editable=False)
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)

    class Meta:
        verbose_name = "API token"
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_active(self) -> bool:
        """Whether requests with its key are accepted."""
        return self.revoked_at is None
