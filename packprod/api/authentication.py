"""Who sends a request: `Authorization: Token KEY`, or a staff session."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from packprod.api.models import ApiToken
from packprod.api.tokens import token_find, token_mark_used
from packprod.dates import utc_now

SCHEME = "Token"


class TokenClient(AnonymousUser):
    """The `request.user` of a token: authenticated, but no person and without Django permissions."""

    def __init__(self, token: ApiToken) -> None:
        super().__init__()
        self.token = token

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]  # a user of no table
        return True

    @property
    def is_anonymous(self) -> bool:  # type: ignore[override]  # a user of no table
        return False

    def __str__(self) -> str:
        return f"token {self.token.pk}"


class TokenAuthentication(BaseAuthentication):
    """Looks at the header only. Another scheme is somebody else's; a bad key is a 401."""

    def authenticate(self, request: Request) -> tuple[TokenClient, ApiToken] | None:
        scheme, _, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() != SCHEME.lower().encode():
            return None
        token = token_find(key=key.strip().decode("latin-1"))
        if token is None:
            raise AuthenticationFailed("The API token is unknown or revoked.")
        token_mark_used(token=token, now=utc_now())
        return TokenClient(token), token

    def authenticate_header(self, request: Any) -> str:
        return f'{SCHEME} realm="PackProd"'


def actor_of(user: Any) -> str:
    """`token n8n` for an API token, `user anna` for a person; empty for nobody."""
    if isinstance(user, TokenClient):
        return f"token {user.token.name}"
    return f"user {user.get_username()}" if user.is_authenticated else ""
