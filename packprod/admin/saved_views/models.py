"""The SQL model of a saved view."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """`page` is the model of the change list (`orders.order`), `query` the part of its address behind the `?`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=100)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        permissions = [("share_savedview", "Can share saved views with everybody")]
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name
