"""Checks that the sender may do what the request asks: tokens by scope, people by Django permission.

The view names both.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from packprod.api.models import ApiToken

if TYPE_CHECKING:  # DRF loads this module while it loads its own views
    from rest_framework.views import APIView

Requirement = str | Mapping[str, str]
"""One for all methods (`"api:read"`), or one per method (`{"GET": "api:read", "PATCH": "orders:write"}`)."""


class HasScopeOrPermission(BasePermission):
    """DRF's permission class: checks the view's `required_scope` or `required_permission`.

    Raises ImproperlyConfigured for a view that does not name them.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ApiToken):
            return _token_may(request.auth, requirement(view, "required_scope", request.method))
        return _person_may(request.user, requirement(view, "required_permission", request.method))


def requirement(view: "APIView", attribute: str, method: str | None) -> str:
    """What the view requires for a method. Raises MethodNotAllowed if it names nothing for this method."""
    named: Requirement | None = getattr(view, attribute, None)
    if named is None:
        raise ImproperlyConfigured(f"{type(view).__name__} needs {attribute}.")
    if isinstance(named, str):
        return named
    method = "GET" if method in {"HEAD", "OPTIONS"} else method or ""
    if method not in named:
        raise MethodNotAllowed(method)
    return named[method]


def _token_may(token: ApiToken, scope: str) -> bool:
    if scope not in token.scopes:
        raise PermissionDenied(f"This API token lacks the scope {scope}.")
    return True


def _person_may(user: Any, permission: str) -> bool:
    if not user.has_perm(permission):
        raise PermissionDenied(f"Your account lacks the permission {permission}.")
    return True
