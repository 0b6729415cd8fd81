"""The product's OpenAPI schema as schemathesis sees it, bound to the site itself: requests go in over WSGI."""

import json
from typing import Any

import schemathesis
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from schemathesis import checks

from packprod.wsgi import application

CONFIG = {
    "seed": 1,
    "suppress-health-check": ["all"],
    "generation": {"deterministic": True, "max-examples": 10, "database": "none"},
    "operations": [
        {  # its many fields make thousands of combinations, each of which writes
            "include-operation-id": "importOrders",
            "phases": {"coverage": {"enabled": False}},
            "generation": {"deterministic": True, "max-examples": 30, "database": "none"},
        }
    ],
}
checks.load_all_checks()
CHECKS: list[Any] = checks.CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)


def described_site() -> schemathesis.BaseSchema:
    """The schema of packprod.urls, whatever addresses a test uses."""
    document = SchemaGenerator(urlconf="packprod.urls").get_schema(request=None, public=True)
    rendered = json.loads(OpenApiJsonRenderer().render(document, renderer_context={}))
    schema = schemathesis.openapi.from_dict(rendered, config=schemathesis.Config.from_dict(CONFIG))
    schema.app = application
    return schema
