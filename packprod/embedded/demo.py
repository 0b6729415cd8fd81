"""The demo: whether this start loads the demo orders, and the login that goes with them."""

import secrets
from pathlib import Path

from django.contrib.auth import get_user_model

from packprod.embedded.engine import database_file
from packprod.embedded.options import Options

USERNAME = "demo"
SIGN_IN = f"Sign in as {USERNAME} with the password "


class DemoData:
    """Whether the demo data is still to be loaded, kept in the data folder so that a killed first start can resume."""

    def __init__(self, options: Options) -> None:
        self._file = options.data_dir / "demo-data"
        if not self._file.exists():
            had_data = database_file(options.engine_store).exists()
            self._file.write_text("wanted" if options.demo and not had_data else "not wanted")

    @property
    def is_due(self) -> bool:
        """Whether this start has to load the demo data."""
        return self._file.read_text() == "wanted"

    def loaded(self) -> None:
        """Record that all of the demo data has been loaded."""
        self._file.write_text("loaded")


def demo_password(data_dir: Path) -> str | None:
    """The password of the demo login; None if there is no such login, or if somebody has changed its password.

    Makes the login if there is no user at all yet.
    """
    users = get_user_model().objects
    note = data_dir / "demo-password"
    if not users.exists():
        note.touch(mode=0o600)
        note.write_text(secrets.token_urlsafe(9))
        users.create_superuser(username=USERNAME, email="", password=note.read_text())
    user = users.filter(username=USERNAME, is_active=True).first()
    password = note.read_text() if note.exists() else ""
    return password if user is not None and password and user.check_password(password) else None
