"""The test site, its clients, and everything that was written while a test ran."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import caches
from django.test import Client

from packprod.api.tokens import token_create
from packprod.dates import utc_now

MakeClient = Callable[..., Client]


@pytest.fixture(autouse=True)
def _site(settings: object, db: None) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.api.site"  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    caches["throttle"].clear()
    yield
    caches["throttle"].clear()


@pytest.fixture
def client() -> Client:
    """Nobody in particular; errors come as answers, as they do over HTTP."""
    return Client(raise_request_exception=False)


@pytest.fixture
def client_with() -> MakeClient:
    """`client_with("api:read")`: a client whose token has these scopes."""

    def make(*scopes: str) -> Client:
        _, key = token_create(name="test", scopes=scopes, now=utc_now())
        return Client(raise_request_exception=False, headers={"Authorization": f"Token {key}"})

    return make


@pytest.fixture
def log_output() -> Iterator[io.StringIO]:
    """What the product's own handler writes; it holds on to the stdout of the process's start."""
    (handler,) = [h for h in logging.getLogger().handlers if h.get_name() == "stdout"]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    original = handler.setStream(written)
    yield written
    handler.setStream(original)


@pytest.fixture
def reader(client_with: MakeClient) -> Client:
    return client_with("api:read")


@pytest.fixture
def importer(client_with: MakeClient) -> Client:
    return client_with("orders:import")
