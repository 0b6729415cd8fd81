"""`manage.py rebuild_read_models`: recomputes every read model from packprod-weborders, mending what differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import pluralize

from customers.selectors import contact_differences
from customers.services import contact_rebuild
from packprod.dates import utc_now
from packprod.errors import NotFound
from packprod.readmodels.parked import parked_orders, summary_lines, summary_of
from packprod.readmodels.rebuild.progress import Bars
from packprod.readmodels.rebuild.rebuilding import rebuild
from packprod.readmodels.rebuild.verify import verify


class Command(BaseCommand):
    """Safe while everything else runs."""

    help = "Recompute every read model from packprod-weborders."

    def add_arguments(self, parser: CommandParser) -> None:
        """One contact instead of all; only printing instead of mending."""
        parser.add_argument("--contact", metavar="ID", help="only this contact's read models")
        parser.add_argument("--dry-run", action="store_true", help="print what differs, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuilds, or prints what a rebuild would mend."""
        act = self._preview if options["dry_run"] else self._rebuild
        try:
            act(options["contact"])
        except NotFound as exc:
            raise CommandError(exc.message) from exc

    def _rebuild(self, contact_id: str | None) -> None:
        if contact_id is not None:
            count = contact_rebuild(contact_id=contact_id, now=utc_now())
        else:
            with Bars() as progress:
                count = rebuild(now=utc_now(), progress=progress)
        self.stdout.write(f"{count} row{pluralize(count)} differed and {pluralize(count, 'was,were')} derived afresh")
        for line in summary_lines(summary_of(parked_orders())):
            self.stdout.write(line)

    def _preview(self, contact_id: str | None) -> None:
        differences = verify() if contact_id is None else contact_differences(contact_id)
        for difference in differences:
            self.stdout.write(str(difference))
        count = len(differences)
        self.stdout.write(f"{count} difference{pluralize(count)}; nothing was changed")
