"""The real site over Django's test client: tokens, exact JSON, and what was logged."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from packprod.api.throttling import COUNTS
from packprod.api.tokens import token_create
from packprod.dates import utc_now

MakeClient = Callable[..., Client]


@pytest.fixture
def unthrottled(db: None, client_id: str) -> Iterator[None]:
    """A client of its own in the tables, nobody throttled."""
    COUNTS.clear()
    yield
    COUNTS.clear()


@pytest.fixture
def client_with(unthrottled: None) -> MakeClient:
    """`client_with("api:read")`: a client whose token has these scopes."""

    def make(*scopes: str) -> Client:
        headers = {}
        if scopes:
            _, key = token_create(name="test", scopes=scopes, now=utc_now())
            headers = {"Authorization": f"Token {key}"}
        return Client(raise_request_exception=False, headers=headers)

    return make


@pytest.fixture
def reader(client_with: MakeClient) -> Client:
    return client_with("api:read")


@pytest.fixture
def importer(client_with: MakeClient) -> Client:
    return client_with("orders:import")


@pytest.fixture
def writer(client_with: MakeClient) -> Client:
    return client_with("orders:write")


@pytest.fixture
def post(importer: Client) -> Callable[..., HttpResponse]:
    """Posts a body to the import; text is sent as it is."""

    def send(body: Any, query: str = "", *, slash: str = "") -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return importer.post(f"/admin/contacts/import{slash}{query}", text, content_type="application/json")

    return send


def get(reader: Client, address: str) -> Any:
    """The body of an answer; its money is text."""
    answer = reader.get(address)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content, parse_float=str)


@pytest.fixture
def log_lines(log_output: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    """What the product's own handler wrote while the test ran, line by line."""
    return lambda: [json.loads(line) for line in log_output.getvalue().splitlines()]
