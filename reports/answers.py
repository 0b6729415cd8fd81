"""What every report of the API is answered with: its figures, and whether they may still be those of old settings."""

from typing import Any

from rest_framework.response import Response

from packprod.api.answers import Pagination, ok
from packprod.readmodels.rebuild.definitions import is_rebuild_due


def report_ok(data: Any, *, pagination: Pagination | None = None) -> Response:
    """The envelope. Raises EngineUnavailable."""
    return ok(data, source="projection", cache_hit=True, pagination=pagination, rebuilding=is_rebuild_due())
