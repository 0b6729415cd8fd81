"""A signed-in person over Django's test client, and the orders of a small shop."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import caches
from django.test import Client

MakeStaff = Callable[..., Client]


@pytest.fixture(autouse=True)
def _fresh(db: None, client_id: str, settings: object) -> None:
    """A client of its own in the tables."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    caches["throttle"].clear()


def signed_in(user: User) -> Client:
    """The person's browser."""
    client = Client(raise_request_exception=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def boss() -> Client:
    """May do everything."""
    return signed_in(User.objects.create_superuser("boss", password="x"))


@pytest.fixture
def staff_with() -> MakeStaff:
    """`staff_with("orders.view_order")`: a member of staff with these permissions."""

    def make(*permissions: str, name: str = "sam") -> Client:
        user = User.objects.create_user(name, password="x", is_staff=True)
        for permission in permissions:
            app, codename = permission.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        return signed_in(user)

    return make
