"""The demo login: a superuser named demo, on machines where nobody else can sign in yet."""

import secrets
from pathlib import Path

from django.contrib.auth import get_user_model

USERNAME = "demo"
SIGN_IN = f"Sign in as {USERNAME} with the password "


def demo_password(data_dir: Path) -> str | None:
    """The password of the demo login as long as it still has the one made here, else None.

    Makes the login once, and only while there is no user at all.
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
