"""`manage.py provision_tables`: creates missing tables, indexes, streams and TTL; reports drift."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from packprod.dynamodb.provisioning import ProvisioningFailed, provision
from packprod.dynamodb.tables import registered_tables


class Command(BaseCommand):
    """Never changes what exists, so it can be repeated at any time."""

    help = "Create missing tables, indexes, streams and TTL settings; report drift; change nothing that exists."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints a line for each step when it is done and for each drift, then the number of tables.

        A table that the engine refuses something for does not hold up the others. Raises CommandError at the end.
        """
        failed = 0
        for table in registered_tables():
            try:
                for line in provision(table):
                    self._say(line)
            except ProvisioningFailed as exc:
                failed += 1
                self._say(f"failed: {table.engine_name()}: {exc.message}")
        if failed:
            raise CommandError(f"{failed} of {len(registered_tables())} tables are not as they should be.")
        self._say(f"{len(registered_tables())} tables are in place.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
