"""Faces: unmanaged models that let Django's admin show what lies in DynamoDB.

A face gives a table its menu entry, permissions, history and pages. It is read through a source and changed by
services; anything that would send it to the SQL database is blocked, so that nothing seems to work and does not.
"""

from typing import Any, Never

from django.db import NotSupportedError, models


class FaceManager(models.Manager["Face"]):
    """There is no SQL table behind a face."""

    def get_queryset(self) -> Never:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"{self.model.__name__} is read through its selectors, not through SQL.")


class Face(models.Model):
    """Base of all faces. Subclasses name the primary key and keep what they show in `row`."""

    objects = FaceManager()

    class Meta:
        abstract = True
        managed = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"{type(self).__name__} is changed by its services.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"{type(self).__name__} is not deleted here.")

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"{type(self).__name__} is read again through its source.")
