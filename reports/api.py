"""What the answers of all reports share: how they are documented, and their envelope."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework.response import Response

from packprod.api.answers import Pagination, ok
from packprod.api.operations import FILES, answer_of
from packprod.readmodels.rebuild.definitions import are_rules_outdated


def report_answers(data: Any, *, name: str = "", example: Any) -> dict[Any, OpenApiResponse]:
    """For `@operation`: the report as JSON, `data` its type, and as a file. `name`: as in `answer_of`."""
    return {
        200: answer_of(data, "The report.", name=name, source="projection", examples={"example": example}),
        **FILES,
    }


def report_ok(data: Any, *, pagination: Pagination | None = None) -> Response:
    """The report in its envelope, which says whether its figures may be those of old settings.

    Raises EngineUnavailable.
    """
    return ok(data, source="projection", cache_hit=True, pagination=pagination, rebuilding=are_rules_outdated())
