"""API tokens: their scopes, and how they are made, found and revoked.

A key has 256 random bits, so a plain SHA-256 protects it as well as a slow password hash would, in a thousandth of the
time.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import TextChoices

from packprod.api.lookups import first_row
from packprod.api.models import ApiToken
from packprod.errors import FieldProblem, InvalidInput

KEY_START = "pp_"
VISIBLE_CHARACTERS = 10
LAST_USED_PRECISION = timedelta(minutes=1)
_FOUND = ("id", "name", "scopes", "last_used_at")
_FIND = f"SELECT {', '.join(_FOUND)} FROM api_apitoken WHERE key_hash = %s AND revoked_at IS NULL"  # noqa: S608 - only our own names


class Scope(TextChoices):
    """What a token may do. No scope includes another: `orders:write` does not include `api:read`."""

    IMPORT = "orders:import", "Import orders"
    READ = "api:read", "Read everything"
    WRITE = "orders:write", "Change orders"


def token_create(*, name: str, scopes: Sequence[str], now: datetime) -> tuple[ApiToken, str]:
    """Makes a token; returns it with its key, which cannot be shown again.

    Raises InvalidInput if the name is empty, or if a scope is unknown or none is given.
    """
    if not name.strip():
        raise InvalidInput("A token needs a name: which program uses it.")
    _check_scopes(scopes)
    key = KEY_START + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name,
        scopes=sorted(set(scopes)),
        prefix=key[:VISIBLE_CHARACTERS],
        key_hash=hash_key(key),
        created_at=now,
    )
    return token, key


def token_find(*, key: str) -> ApiToken | None:
    """The active token with this key; None if there is none."""
    row = first_row(_FIND, hash_key(key))
    if row is None:
        return None
    number, name, scopes, used = row
    return ApiToken.from_db("default", _FOUND, [number, name, json.loads(scopes), _as_moment(used)])


def token_revoke(*, token: ApiToken, now: datetime) -> None:
    """Refuses the token from the next request on. Revoking it again keeps the first time."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def token_mark_used(*, token: ApiToken, now: datetime) -> None:
    """Records that the token was used. It writes at most once a minute, so that most requests write nothing."""
    stale = now - LAST_USED_PRECISION
    if token.last_used_at is None or token.last_used_at <= stale:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _as_moment(stored: datetime | None) -> datetime | None:
    """SQLite keeps moments without their zone, which is UTC."""
    return stored.replace(tzinfo=UTC) if stored is not None and stored.tzinfo is None else stored


def hash_key(key: str) -> str:
    """The SHA-256 of a key, hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def _check_scopes(scopes: Sequence[str]) -> None:
    known = ", ".join(Scope.values)
    if not scopes:
        raise InvalidInput(f"A token needs at least one scope of: {known}.")
    problems = [
        FieldProblem("scopes", "unknown_scope", f"“{scope}” is no scope; there are: {known}.")
        for scope in scopes
        if scope not in Scope.values
    ]
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
