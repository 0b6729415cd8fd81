"""401 for nobody, 403 for the wrong somebody; sessions need CSRF, tokens do not."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from packprod.api.models import ApiToken
from packprod.api.tokens import token_create, token_revoke
from packprod.dates import utc_now

PASSWORD = "correct horse battery"


def _staff(*permissions: str) -> User:
    user = User.objects.create_user("sam", password=PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def _session(user: User, *, csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=csrf, raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not_authenticated"),
        ("Token nonsense", "authentication_failed"),
        ("Token", "authentication_failed"),
        ("Token  ", "authentication_failed"),
        ("token pp_ÿ", "authentication_failed"),
        ("Bearer nonsense", "authentication_failed"),
        ("Basic c2FtOnNhbQ==", "not_authenticated"),
    ],
)
def test_nobody_gets_401_with_a_challenge(client: Client, header: str | None, code: str) -> None:
    answer = client.get("/api/echo", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Token realm="PackProd"'
    assert answer.json()["error"]["code"] == code


def test_a_revoked_token_gets_401(reader: Client) -> None:
    assert reader.get("/api/echo").status_code == 200
    token_revoke(token=ApiToken.objects.get(), now=utc_now())
    assert reader.get("/api/echo").status_code == 401


def test_a_key_may_be_sent_as_bearer(client: Client) -> None:
    _, key = token_create(name="test", scopes=("api:read",), now=utc_now())
    for scheme in ("Token", "Bearer", "bearer"):
        assert client.get("/api/echo", headers={"Authorization": f"{scheme} {key}"}).status_code == 200


def test_a_missing_scope_is_named(importer: Client) -> None:
    answer = importer.get("/api/echo")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "This API token lacks the scope api:read."


def test_a_session_needs_the_django_permission() -> None:
    assert _session(_staff()).get("/api/echo").json()["detail"] == (
        "Your account lacks the permission api.view_apitoken."
    )
    User.objects.all().delete()
    assert _session(_staff("view_apitoken")).get("/api/echo").status_code == 200


def test_a_session_post_needs_csrf_and_a_token_post_does_not(importer: Client) -> None:
    session = _session(_staff("add_apitoken"), csrf=True)
    refused = session.post("/api/echo", {"a": 1}, "application/json")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    session.cookies["csrftoken"] = token = "a" * 32
    allowed = session.post("/api/echo", {"a": 1}, "application/json", headers={"X-CSRFToken": token})
    assert allowed.status_code == 201
    importer.handler.enforce_csrf_checks = True
    assert importer.post("/api/echo", {"a": 1}, "application/json").status_code == 201


def test_a_view_that_names_no_scope_is_refused_to_all(reader: Client) -> None:
    answer = reader.get("/api/forgetful")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"


def test_a_method_without_a_scope_is_not_allowed(reader: Client) -> None:
    assert reader.delete("/api/echo").status_code == 405
    assert reader.head("/api/echo").status_code == 200


def test_options_names_the_methods_to_whoever_may_read(reader: Client, client: Client) -> None:
    answer = reader.options("/api/echo")
    assert answer.status_code == 200
    assert answer.json()["data"] == {"allowedMethods": ["GET", "POST", "DELETE", "HEAD", "OPTIONS"]}
    assert set(answer.json()["meta"]) == {"cacheHit", "responseTime", "requestId", "source"}
    assert answer["Allow"] == "GET, POST, DELETE, HEAD, OPTIONS"
    assert client.options("/api/echo").status_code == 401
    assert client.options("/healthz").status_code == 200
