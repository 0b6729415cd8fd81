"""The person of a session, read by plain SQL: the same as Django would find, and what changes holds at once."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from packprod.api import lookups
from packprod.api.people import person_of

READ = "/api/echo"


@pytest.fixture
def sam() -> User:
    user = User.objects.create_user("sam", "sam@example.com", "correct horse battery", first_name="Sam", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_apitoken"))
    return user


@pytest.fixture
def session(sam: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(sam, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _person(session: Client) -> Any:
    request = RequestFactory().get("/")
    request.session = session.session
    return person_of(request)


def test_it_is_the_person_that_django_would_find(sam: User, session: Client) -> None:
    group = Group.objects.create(name="Readers")
    group.permissions.add(Permission.objects.get(codename="view_order", content_type__app_label="orders"))
    sam.groups.add(group)
    found, stored = _person(session), User.objects.get(pk=sam.pk)
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(stored, field.attname), field.attname
    assert found.get_all_permissions() == stored.get_all_permissions() == {"api.view_apitoken", "orders.view_order"}


def test_a_permission_is_lost_at_once(sam: User, session: Client) -> None:
    assert session.get(READ).status_code == 200
    sam.user_permissions.clear()
    assert session.get(READ).status_code == 403


def test_who_is_shut_out_is_nobody_at_once(sam: User, session: Client) -> None:
    assert session.get(READ).status_code == 200
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert session.get(READ).status_code == 401


def test_a_new_password_ends_the_other_sessions(sam: User, session: Client) -> None:
    assert session.get(READ).status_code == 200
    sam.set_password("another horse battery")
    sam.save()
    assert session.get(READ).status_code == 401


def test_an_expired_session_is_nobodys(session: Client) -> None:
    stored = session.session
    stored.set_expiry(-1)
    stored.save()
    assert session.get(READ).status_code == 401


def test_a_superuser_needs_no_permission(sam: User, session: Client) -> None:
    User.objects.filter(pk=sam.pk).update(is_superuser=True)
    sam.user_permissions.clear()
    assert session.get(READ).status_code == 200


class _Broken:
    """In place of a kept connection that the database has closed meanwhile."""

    in_atomic_block = False
    connection: object | None = object()

    def __init__(self) -> None:
        self.opened = 0

    def cursor(self) -> Any:
        if self.connection is None:
            self.opened += 1
            return connection.cursor()
        raise OperationalError("server closed the connection unexpectedly")

    def close(self) -> None:
        self.connection = None


def test_a_kept_connection_that_was_lost_is_opened_again(monkeypatch: pytest.MonkeyPatch, sam: User) -> None:
    broken = _Broken()
    monkeypatch.setattr(lookups, "connection", broken)
    assert lookups.first_row("SELECT username FROM auth_user WHERE id = %s", sam.pk) == ("sam",)
    assert broken.opened == 1


def test_a_database_that_is_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    away = _Broken()
    away.close = lambda: None  # type: ignore[method-assign]  # it stays away
    monkeypatch.setattr(lookups, "connection", away)
    with pytest.raises(OperationalError):
        lookups.first_row("SELECT 1")
