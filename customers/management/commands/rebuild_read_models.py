"""`manage.py rebuild_read_models`: recomputes every read model from packprod-weborders, mending what differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from customers.rebuilding import contact_differences, contact_rebuild
from packprod.dates import utc_now
from packprod.readmodels.progress import Bars
from packprod.readmodels.rebuilding import rebuild
from packprod.readmodels.verify import verify


class Command(BaseCommand):
    """Safe while everything runs."""

    help = "Recompute every read model from packprod-weborders."

    def add_arguments(self, parser: CommandParser) -> None:
        """One contact, or only a look."""
        parser.add_argument("--contact", metavar="ID", help="only this contact's read models")
        parser.add_argument("--dry-run", action="store_true", help="print what differs, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuilds, or prints what a rebuild would mend."""
        if options["dry_run"]:
            self._preview(options["contact"])
            return
        if options["contact"]:
            count = contact_rebuild(contact_id=options["contact"], now=utc_now())
        else:
            with Bars() as progress:
                count = rebuild(now=utc_now(), progress=progress)
        self.stdout.write(f"{count} rows differed and were derived afresh")

    def _preview(self, contact_id: str | None) -> None:
        differences = contact_differences(contact_id) if contact_id else verify()
        for difference in differences:
            self.stdout.write(str(difference))
        self.stdout.write(f"{len(differences)} differences; nothing was changed")
