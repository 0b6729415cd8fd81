"""`manage.py prepare_run`: what `make run` does before it starts the application."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from packprod.embedded.demo import SIGN_IN, demo_password
from packprod.readmodels.rebuild.definitions import changed_models, record_if_empty

REBUILDING = (
    "Settings or program changed: the read models are rebuilt in the background; "
    "until then reports may show old figures."
)

INDEXING_SECONDS = 20  # the worker goes on with what is left


class Command(BaseCommand):
    """Migrates, collects static files, provisions tables, indexes contacts, makes the demo login; may be repeated."""

    help = "Migrate, collect static files, provision tables, index contacts, make the demo login (used by make run)."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("provision_tables")
        call_command("index_contacts", if_incomplete=True, seconds=INDEXING_SECONDS)
        record_if_empty()
        leave_greeting(settings.PACKPROD_DATA_DIR)


def leave_greeting(data_dir: Path) -> None:
    """Write the lines that `make run` shows when it is ready: the demo password while it is the one that was made
    here, and a note while the read models wait for a rebuild. The file is absent if there is nothing to show."""
    greeting = data_dir / "run" / "greeting"
    greeting.unlink(missing_ok=True)
    password = demo_password(data_dir) if settings.PACKPROD_DEMO else None
    lines = [f"{SIGN_IN}{password}"] if password else []
    if changed_models():
        lines.append(REBUILDING)
    if lines:
        greeting.touch(mode=0o600)
        greeting.write_text("\n".join(lines))
