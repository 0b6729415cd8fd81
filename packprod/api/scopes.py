"""What an API token may do."""

from django.db.models import TextChoices


class Scope(TextChoices):
    """Scopes stand alone: `orders:write` does not include `api:read`."""

    IMPORT = "orders:import", "Import orders"
    READ = "api:read", "Read everything"
    WRITE = "orders:write", "Change orders"
