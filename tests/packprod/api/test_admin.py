"""The admin's basics: sign-in is throttled, tokens are made, seen and revoked, and the browser is told its limits."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from packprod.api.models import ApiToken

PASSWORD = "correct horse battery"
LIST = "/admin/api/apitoken/"


def _signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def boss() -> Client:
    return _signed_in(User.objects.create_superuser("boss", password=PASSWORD))


@pytest.fixture
def staff() -> User:
    return User.objects.create_user("sam", password=PASSWORD, is_staff=True)


def _add(client: Client, **data: Any) -> str:
    answer = client.post(LIST + "add/", {"name": "n8n", "scopes": ["api:read"], **data}, follow=True)
    return str(answer.content.decode())


def test_a_token_made_here_works_and_its_key_is_shown_once(boss: Client, client: Client) -> None:
    page = _add(boss)
    (key,) = re.findall(r"<code>(pp_[\w-]+)</code>", page)
    assert client.get("/api/echo", headers={"Authorization": f"Token {key}"}).status_code == 200
    token = ApiToken.objects.get()
    for address in (LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/", "/admin/"):
        page = boss.get(address).content.decode()
        assert key not in page
        assert token.key_hash not in page


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["all"]}, {"name": ""}])
def test_a_token_without_name_or_scope_is_not_made(boss: Client, wrong: dict[str, Any]) -> None:
    answer: Any = boss.post(LIST + "add/", {"name": "n8n", "scopes": ["api:read"], **wrong})
    ((field, (message,)),) = answer.context["adminform"].form.errors.items()
    assert [field] == list(wrong)
    assert message in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_revoking_shuts_a_token_out_and_leaves_it_in_the_list(boss: Client) -> None:
    _add(boss)
    token = ApiToken.objects.get()
    answer = boss.post(LIST, {"action": "revoke", "_selected_action": [token.pk]}, follow=True)
    token.refresh_from_db()
    assert not token.is_active
    assert "1 token revoked." in answer.content.decode()
    assert "Revoked" in answer.content.decode()
    assert "Revoked." in boss.get(f"{LIST}{token.pk}/history/").content.decode()


def test_a_token_is_never_changed_or_deleted_here(boss: Client) -> None:
    _add(boss)
    token = ApiToken.objects.get()
    boss.post(f"{LIST}{token.pk}/change/", {"name": "other", "scopes": ["orders:import"]})
    boss.post(f"{LIST}{token.pk}/delete/", {"post": "yes"})
    assert list(ApiToken.objects.values_list("name", "scopes")) == [("n8n", ["api:read"])]


def test_permissions(boss: Client, staff: User) -> None:
    _add(boss)
    assert _signed_in(staff).get(LIST).status_code == 403
    staff.user_permissions.set(Permission.objects.filter(codename="view_apitoken"))
    viewer = _signed_in(staff)
    assert viewer.get(LIST).status_code == 200
    assert viewer.get(LIST + "add/").status_code == 403
    viewer.post(LIST, {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk]})
    assert ApiToken.objects.get().is_active


def _sign_in(client: Client, name: str, password: str) -> int:
    return client.post("/admin/login/", {"username": name, "password": password}).status_code


def test_guessing_a_password_is_stopped_for_that_name_only(client: Client, staff: User) -> None:
    User.objects.create_user("kim", password=PASSWORD, is_staff=True)
    statuses = [_sign_in(client, "sam", "wrong") for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]
    refused = client.post("/admin/login/", {"username": "sam", "password": PASSWORD})
    assert refused.status_code == 429
    assert "wait 15 minutes" in refused.content.decode()
    assert _sign_in(client, "kim", PASSWORD) == 302


def test_a_good_sign_in_clears_the_count(client: Client, staff: User) -> None:
    for password in ["wrong", "wrong", "wrong", PASSWORD, "wrong", "wrong", "wrong", PASSWORD]:
        status = _sign_in(client, "sam", password)
    assert status == 302


def test_the_browser_is_told_its_limits(client: Client) -> None:
    for address in ("/admin/login/", "/api/docs/"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-eval';" in policy + ";"
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_pages_have_no_inline_script(boss: Client, client: Client) -> None:
    """The policy would stop one, silently for whoever does not look at the console."""
    pages = [boss.get(a).content.decode() for a in ("/admin/", LIST, LIST + "add/", "/admin/auth/user/add/")]
    for page in [*pages, client.get("/admin/login/").content.decode(), client.get("/api/docs/").content.decode()]:
        scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>\s*\S", page)
        assert scripts == []
        assert not re.search(r"<[^>]+\son(click|load|change|submit)=", page)


def test_the_schedule_is_for_looking_only(boss: Client) -> None:
    every = IntervalSchedule.objects.create(every=30, period="seconds")
    task = PeriodicTask.objects.create(name="Sweep", task="packprod.sweep", interval=every)
    assert "Sweep" in boss.get("/admin/django_celery_beat/periodictask/").content.decode()
    assert boss.get(f"/admin/django_celery_beat/periodictask/{task.pk}/change/").status_code == 200
    assert boss.get("/admin/django_celery_beat/periodictask/add/").status_code == 403
    assert boss.get("/admin/django_celery_beat/intervalschedule/").status_code == 404
