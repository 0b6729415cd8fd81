"""API tokens: hashed at rest, scoped, revocable, and made by a command that prints the key last."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from packprod.api.models import ApiToken
from packprod.api.tokens import hash_key, token_create, token_find, token_mark_used, token_revoke
from packprod.errors import InvalidInput
from tests.http_clients import MakeClient

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_only_the_hash_of_a_key_is_stored() -> None:
    token, key = token_create(name="n8n", scopes=["orders:import"], now=NOW)
    stored = ApiToken.objects.filter(pk=token.pk).values().get()
    assert stored["key_hash"] == hash_key(key)
    assert key not in str(stored)
    assert key.startswith(stored["prefix"])
    assert len(key) > 40


def test_a_token_is_found_by_its_key_until_it_is_revoked() -> None:
    token, key = token_create(name="n8n", scopes=["api:read"], now=NOW)
    assert token_find(key=key) == token
    assert token_find(key=key + "x") is None
    assert token_find(key="") is None
    token_revoke(token=token, now=NOW)
    assert token_find(key=key) is None


def test_a_second_revocation_keeps_the_time_of_the_first() -> None:
    token, _ = token_create(name="n8n", scopes=["api:read"], now=NOW)
    token_revoke(token=token, now=NOW)
    token_revoke(token=token, now=NOW + timedelta(days=1))
    token.refresh_from_db()
    assert token.revoked_at == NOW


def test_use_is_written_at_most_once_a_minute() -> None:
    token, _ = token_create(name="n8n", scopes=["api:read"], now=NOW)
    for seconds, written in [(0, 0), (59, 0), (60, 60), (61, 60), (130, 130)]:
        token_mark_used(token=token, now=NOW + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == NOW + timedelta(seconds=written)


@pytest.mark.parametrize("scopes", [[], ["orders:delete"], ["api:read", "everything"]])
def test_unknown_scopes_are_refused_by_name(scopes: list[str]) -> None:
    with pytest.raises(InvalidInput, match="orders:import, api:read, orders:write"):
        token_create(name="n8n", scopes=scopes, now=NOW)
    assert not ApiToken.objects.exists()


def test_the_command_prints_a_working_key_alone_on_the_last_line(client: Client) -> None:
    out = StringIO()
    call_command("create_api_token", "n8n", "--scope", "orders:import", "--scope", "api:read", stdout=out)
    key = out.getvalue().splitlines()[-1]
    assert client.get("/api/echo", headers={"Authorization": f"Token {key}"}).status_code == 200
    assert ApiToken.objects.get().scopes == ["api:read", "orders:import"]


def test_the_command_says_which_scopes_there_are() -> None:
    with pytest.raises(CommandError, match="“admin” is no scope; there are: orders:import"):
        call_command("create_api_token", "n8n", "--scope", "admin", stdout=StringIO())


def test_one_scope_does_not_stand_for_another(client_with: MakeClient) -> None:
    for scopes, get, post in [
        (["api:read"], 200, 403),
        (["orders:import"], 403, 201),
        (["orders:write"], 403, 403),
        (["api:read", "orders:import"], 200, 201),
    ]:
        client = client_with(*scopes)
        assert client.get("/api/echo").status_code == get
        assert client.post("/api/echo", {"a": 1}, "application/json").status_code == post


@pytest.mark.parametrize("name", ["", "  "])
def test_a_token_needs_a_name(name: str) -> None:
    with pytest.raises(CommandError, match="needs a name"):
        call_command("create_api_token", name, "--scope", "api:read")
    assert not ApiToken.objects.exists()
