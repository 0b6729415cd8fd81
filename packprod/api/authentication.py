"""Finds out who sends a request by `Authorization: Token KEY`, or `Bearer KEY`; staff sessions are DRF's own."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from packprod.api.models import ApiToken
from packprod.api.tokens import token_find, token_mark_used
from packprod.dates import utc_now

SCHEME = "Token"
_SCHEMES = frozenset({b"token", b"bearer"})


class TokenClient(AnonymousUser):
    """The `request.user` of a token: authenticated, but not a person and without Django permissions."""

    def __init__(self, token: ApiToken) -> None:
        super().__init__()
        self.token = token

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]  # django-stubs has AnonymousUser's as Literal[False]
        return True

    @property
    def is_anonymous(self) -> bool:  # type: ignore[override]  # django-stubs has AnonymousUser's as Literal[True]
        return False

    def __str__(self) -> str:
        return f"token {self.token.pk}"


class TokenAuthentication(BaseAuthentication):
    """Reads only the Authorization header. It leaves other schemes alone; an unknown or revoked key is a 401."""

    def authenticate(self, request: Request) -> tuple[TokenClient, ApiToken] | None:
        scheme, _, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() not in _SCHEMES:
            return None
        token = token_find(key=key.strip().decode("latin-1"))
        if token is None:
            raise AuthenticationFailed("The API token is unknown or revoked.")
        token_mark_used(token=token, now=utc_now())
        return TokenClient(token), token

    def authenticate_header(self, request: Any) -> str:
        return f'{SCHEME} realm="PackProd"'


def actor_of(user: Any) -> str:
    """Who did something, for the record: `token n8n` or `user anna`; empty if nobody is signed in."""
    if isinstance(user, TokenClient):
        return f"token {user.token.name}"
    return f"user {user.get_username()}" if user.is_authenticated else ""
