"""The OpenAPI schema: served, valid, and the same as the one in docs/."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
REFRESH = ".venv/bin/python manage.py spectacular --file docs/openapi.yaml"


@pytest.fixture
def schema() -> Any:
    """The product's own addresses, not the test site's."""
    return SchemaGenerator(urlconf="packprod.urls").get_schema(request=None, public=True)


def test_the_schema_is_valid_openapi(schema: Any) -> None:
    validate_schema(schema)
    assert schema["openapi"].startswith("3.")


def test_the_schema_says_how_a_token_is_sent(schema: Any) -> None:
    scheme = schema["components"]["securitySchemes"]["ApiToken"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "Authorization")
    assert {"ApiToken": []} in schema["paths"]["/api/customers"]["get"]["security"]


def test_the_addresses_are_those_of_the_contract(schema: Any) -> None:
    for path in ("/admin/contacts/import", "/api/customers", "/api/orders"):
        assert path in schema["paths"]


def test_the_document_in_docs_is_up_to_date(schema: Any) -> None:
    rendered = OpenApiYamlRenderer().render(schema, renderer_context={}).decode()
    documented = DOCUMENT.read_text() if DOCUMENT.exists() else ""
    assert documented.strip() == rendered.strip(), f"The API changed; look at the difference, then: {REFRESH}"


def test_the_schema_is_served_as_yaml_or_json(client: Client) -> None:
    as_yaml = client.get("/api/schema/")
    as_json = client.get("/api/schema/?format=json")
    assert as_yaml.status_code == as_json.status_code == 200
    assert yaml.safe_load(as_yaml.content)["info"]["title"] == "PackProd"
    assert as_json.json()["info"]["title"] == "PackProd"


def test_the_docs_need_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    script = client.get("/api/docs/?script=").content.decode()
    assert "swagger-ui" in page
    assert "SwaggerUIBundle" in script
    assert "//cdn" not in page + script
    bundle = client.get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")
    assert bundle.status_code == 200
    bundle.close()
