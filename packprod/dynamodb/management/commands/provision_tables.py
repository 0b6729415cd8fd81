"""`manage.py provision_tables`: creates missing tables, indexes, streams and TTL; reports drift."""

from typing import Any

from django.core.management.base import BaseCommand

from packprod.dynamodb.provisioning import provision
from packprod.dynamodb.tables import registered_tables


class Command(BaseCommand):
    """Never changes what exists, so it can be repeated at any time."""

    help = "Create missing tables, indexes, streams and TTL settings; report drift; change nothing that exists."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints a line for whatever was created and for each drift, then the number of tables."""
        lines = [line for table in registered_tables() for line in provision(table)]
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(f"{len(registered_tables())} tables are in place.")
