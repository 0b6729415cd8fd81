"""schemathesis sends what the schema allows, and what it does not, to the real site over WSGI, on the real engine.

Whatever comes in, the answer is one that the schema knows, and never a 500. The same requests each time.
"""

import json
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from schemathesis import checks

from packprod.api.scopes import Scope
from packprod.api.tokens import token_create
from packprod.dates import utc_now
from packprod.wsgi import application

checks.load_all_checks()
CHECKS = checks.CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)


def _schema() -> schemathesis.BaseSchema:
    document = SchemaGenerator(urlconf="packprod.urls").get_schema(request=None, public=True)
    rendered = json.loads(OpenApiJsonRenderer().render(document, renderer_context={}))
    schema = schemathesis.openapi.from_dict(rendered, config=schemathesis.Config(seed=1))
    schema.app = application
    return schema


SCHEMA = _schema()


@pytest.fixture
def token(
    settings: Any, client_id: str, imported: Callable[..., Any], caught_up: Callable[[], None], make_order: Any
) -> str:
    """May do everything on the product's own addresses, with a few orders behind them."""
    settings.ROOT_URLCONF = "packprod.urls"
    settings.PACKPROD_THROTTLE = False
    imported(*(make_order(f"ORD-{n}", email=f"person{n % 3}@example.com") for n in range(6)))
    caught_up()
    return token_create(name="fuzz", scopes=Scope.values, now=utc_now())[1]


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_every_answer_is_one_the_schema_knows(case: schemathesis.Case, token: str) -> None:
    case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Token {token}"})
