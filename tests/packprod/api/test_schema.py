"""The OpenAPI schema: served, valid, and the same as the one in docs/."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema
from jsonschema import Draft4Validator

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"
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


OPERATIONS = {
    "POST /admin/contacts/import": "importOrders",
    "GET /api/customers": "listCustomers",
    "GET /api/customers/{contactID}": "getCustomer",
    "GET /api/customers/{contactID}/orders": "listCustomerOrders",
    "POST /api/customers/{contactID}/merge": "mergeCustomer",
    "DELETE /api/customers/{contactID}/merge": "unmergeCustomer",
    "GET /api/orders": "listOrders",
    "GET /api/orders/{orderID}": "getOrder",
    "PATCH /api/orders/{orderID}": "updateOrderStatus",
    "GET /api/parked-orders": "listParkedOrders",
    "GET /api/orders/{orderID}/events": "listOrderEvents",
    "GET /api/products": "listProducts",
    "GET /api/products/{productCode}/orders": "listProductOrders",
    "GET /api/reports/overview": "getOverviewReport",
    "GET /api/reports/products": "getProductsReport",
    "GET /api/reports/sales": "getSalesReport",
    "GET /api/reports/statistics": "getStatisticsReport",
    "GET /api/health/data": "getDataHealth",
    "GET /healthz": "getHealth",
    "GET /readyz": "getReadiness",
    "GET /metrics": "getMetrics",
}


def _operations(schema: Any) -> dict[str, Any]:
    paths = schema["paths"].items()
    return {f"{method.upper()} {path}": one for path, methods in paths for method, one in methods.items()}


def test_the_operations_are_those_of_the_contract(schema: Any) -> None:
    named = {where: one["operationId"] for where, one in _operations(schema).items()}
    assert OPERATIONS.items() <= named.items()


def test_every_operation_says_all_there_is_to_know(schema: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--urlconf", "packprod.urls", "--validate", "--fail-on-warn")
    for where, operation in _operations(schema).items():
        assert operation["summary"], where
        assert operation["description"], where
        if operation["tags"] == ["Monitoring"]:
            continue
        assert {"200", "400", "401", "403", "429", "503"} <= set(operation["responses"]), where
        assert {"413", "415"} <= set(operation["responses"]) or "requestBody" not in operation, where
        assert "A token needs the scope" in operation["description"]


def test_money_is_a_number_and_a_total_stands_in_both_places(schema: Any) -> None:
    components = schema["components"]["schemas"]
    assert components["Order"]["properties"]["total"] == {"type": "number"}
    assert components["Customer"]["properties"]["totalSpend"] == {"type": "number"}
    for page in (components["OrderPage"], components["CustomerPage"]):
        assert "total" in page["properties"]
        assert "total" not in page["required"]
    assert "total" in components["Pagination"]["properties"]


def _documented_examples(schema: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where it stands, the value, and the schema it is an example of."""
    for where, operation in _operations(schema).items():
        for status, part in [*operation["responses"].items(), ("body", operation.get("requestBody", {}))]:
            for kind in part.get("content", {}).values():
                for name, example in kind.get("examples", {}).items():
                    yield f"{where} {status} {name}", example["value"], kind["schema"]


def _with_null(shape: Any) -> Any:
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(shape, list):
        return [_with_null(inner) for inner in shape]
    if not isinstance(shape, dict):
        return shape
    inner = {key: _with_null(value) for key, value in shape.items()}
    return {"anyOf": [inner, {"type": "null"}]} if inner.pop("nullable", False) else inner


def test_every_example_is_one(schema: Any) -> None:
    checked = 0
    for where, value, shape in _documented_examples(schema):
        rules = _with_null({**shape, "components": schema["components"]})
        problems = [f"{where}: {one.json_path} {one.message}" for one in Draft4Validator(rules).iter_errors(value)]
        assert not problems
        checked += 1
    assert checked > 100


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


@pytest.mark.parametrize("address", ["/api/schema", "/api/schema/", "/api/docs", "/api/docs/"])
def test_errors_of_schema_and_docs_are_json_too(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
    for answer in (client.post(address), client.options(address)):
        assert answer["Content-Type"] == "application/json"
        assert set(answer.json()) in ({"error", "detail", "meta"}, {"data", "meta"})
    assert client.post(address).status_code == 405
    assert client.options(address).status_code == 200
