"""Which addresses speak JSON, also when no view answers."""

from django.http import HttpRequest

_EXACT = frozenset({"/api", "/admin/contacts/import", "/healthz", "/readyz"})


def speaks_json(request: HttpRequest) -> bool:
    """True for the API, the import and the probes, with or without a trailing slash."""
    return request.path.startswith("/api/") or request.path.rstrip("/") in _EXACT
