"""Who does something, as an order's `updatedBy` and the import inbox say it."""

from typing import Any

from packprod.api.authentication import TokenClient


def actor_of(user: Any) -> str:
    """`token n8n` for an API token, `user anna` for a person; empty for nobody."""
    if isinstance(user, TokenClient):
        return f"token {user.token.name}"
    return f"user {user.get_username()}" if user.is_authenticated else ""
