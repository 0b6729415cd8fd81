"""Signed-in staff over Django's test client, and the orders of a small shop."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client, override_settings
from pytest_django import Settings

from customers.importing.batch import orders_import
from packprod.api.throttling import COUNTS
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.stream.catching_up import catch_up
from tests.conftest import NOW

MakeStaff = Callable[..., Client]


@pytest.fixture
def staff_site(db: None, client_id: str, settings: Settings) -> None:
    """A client of its own in the tables, nobody throttled, cheap passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    COUNTS.clear()


def signed_in(user: User) -> Client:
    """The person's browser."""
    client = Client(raise_request_exception=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def boss(staff_site: None) -> Client:
    """May do everything."""
    return signed_in(User.objects.create_superuser("boss", password="x"))


@pytest.fixture
def staff_with(staff_site: None) -> MakeStaff:
    """`staff_with("orders.view_order")`: a member of staff with these permissions."""

    def make(*permissions: str, name: str = "sam") -> Client:
        user = User.objects.create_user(name, password="x", is_staff=True)
        for permission in permissions:
            app, codename = permission.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        return signed_in(user)

    return make


def open_shop() -> None:
    """Seven orders of the present client, one a day from 14 to 20 October 2025."""
    record_built()
    people = [("ann@example.com", "Ann Ng", "Acme Corp"), ("bob@example.com", "Bob O'Brien", "Boxes & Co.")]
    payloads = [
        {
            "orderReference": f"ORD-{number}",
            "createdAt": f"2025-10-{13 + number}T10:30:00Z",
            "customer": dict(zip(("email", "name", "company"), people[number % 2], strict=True)),
            "items": [{"productCode": f"BOX-{number % 3}", "quantity": number, "unitPrice": "10.00"}],
            "status": "cancelled" if number == 3 else "shipped" if number > 5 else "received",
            "source": "phone" if number == 2 else "n8n",
        }
        for number in range(1, 8)
    ]
    orders_import(payloads=payloads, now=NOW)
    catch_up(clock=lambda: NOW)


def _open_shared_shop() -> str:
    client_id = f"shop-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        open_shop()
    return client_id


@pytest.fixture
def shop(client_id: str, opened_once: Callable[..., str], settings: Settings) -> None:
    """The test runs as the client of a shop that many tests read, and must write nothing."""
    settings.PACKPROD_CLIENT_ID = opened_once(_open_shared_shop)


@pytest.fixture
def own_shop(client_id: str) -> None:
    """A shop of the test's own, to write in."""
    open_shop()
