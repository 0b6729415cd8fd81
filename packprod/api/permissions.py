"""Checks that the sender may do what the request asks: tokens by scope, people by Django permission.

The view names both: `required_scope`, and `required_permission` from the table in packprod/rights.py. A view that makes
files names `export_permission`, too, which a person needs for a file besides.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from packprod.api.models import ApiToken
from packprod.exports.response import CONTENT_TYPES
from packprod.rights import lacking

if TYPE_CHECKING:  # DRF loads this module while it loads its own views
    from rest_framework.views import APIView

Named = str | tuple[str, ...]
Requirement = Named | Mapping[str, Named]
"""One for all methods (`"api:read"`), or one per method (`{"GET": "api:read", "PATCH": "orders:write"}`).

Several in a tuple are all needed."""


class HasScopeOrPermission(BasePermission):
    """DRF's permission class: checks the view's `required_scope` or `required_permission`.

    Raises ImproperlyConfigured for a view that does not name them.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ApiToken):
            return _token_may(request.auth, *requirement(view, "required_scope", request.method))
        needed = requirement(view, "required_permission", request.method)
        return _person_may(request.user, (*needed, *_for_a_file(request, view)))


def _for_a_file(request: Request, view: "APIView") -> tuple[str, ...]:
    permissions: tuple[str, ...] = getattr(view, "export_permission", ())
    return permissions if request.query_params.get("format") in CONTENT_TYPES else ()


def requirement(view: "APIView", attribute: str, method: str | None) -> tuple[str, ...]:
    """What the view requires for a method. Raises MethodNotAllowed if it names nothing for this method."""
    named: Requirement | None = getattr(view, attribute, None)
    if named is None:
        raise ImproperlyConfigured(f"{type(view).__name__} needs {attribute}.")
    if isinstance(named, Mapping):
        method = "GET" if method in {"HEAD", "OPTIONS"} else method or ""
        if method not in named:
            raise MethodNotAllowed(method)
        named = named[method]
    return (named,) if isinstance(named, str) else named


def _token_may(token: ApiToken, scope: str) -> bool:
    if scope not in token.scopes:
        raise PermissionDenied(f"This API token lacks the scope {scope}.")
    return True


def _person_may(user: Any, permissions: tuple[str, ...]) -> bool:
    if permission := lacking(user, permissions):
        raise PermissionDenied(f"Your account lacks the permission {permission}.")
    return True
