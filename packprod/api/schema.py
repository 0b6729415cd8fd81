"""OpenAPI: how a token is sent, and the schema and docs pages.

drf-spectacular chooses its answer's format itself, so that `Accept` and `?format=json` work on the schema.
"""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation

from packprod.api.renderers import JsonRenderer

_PARAMETER = re.compile(r"{(\w+)}")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Documents `Authorization: Token KEY`."""

    target_class = "packprod.api.authentication.TokenAuthentication"
    name = "ApiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token KEY`; a key comes from `manage.py create_api_token NAME --scope SCOPE`.",
        }


def without_trailing_slashes(endpoints: list[tuple[Any, ...]], **_: Any) -> list[tuple[Any, ...]]:
    """The contract's form of an address: no slash at its end (views answer with and without), `{orderID}`."""
    return [(_PARAMETER.sub(_contract_name, path.rstrip("/")), *rest) for path, *rest in endpoints]


def _contract_name(found: re.Match[str]) -> str:
    first, *others = found[1].split("_")
    return "{" + first + "".join("ID" if word == "id" else word.title() for word in others) + "}"


def _errors_in_json(request: Any, response: Any) -> None:
    """YAML and HTML are for what was asked for; errors and OPTIONS are JSON here too."""
    if response.exception or request.method == "OPTIONS":
        request.accepted_renderer, request.accepted_media_type = JsonRenderer(), JsonRenderer.media_type


class SchemaView(SpectacularAPIView):
    """`GET /api/schema/`: YAML, or JSON when asked for."""

    content_negotiation_class = DefaultContentNegotiation

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        _errors_in_json(request, response)
        return super().finalize_response(request, response, *args, **kwargs)


class DocsView(SpectacularSwaggerSplitView):
    """`GET /api/docs/`: Swagger UI, its script in a request of its own, as the CSP allows no inline one."""

    content_negotiation_class = DefaultContentNegotiation
    url_name = "schema"

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        _errors_in_json(request, response)
        return super().finalize_response(request, response, *args, **kwargs)
