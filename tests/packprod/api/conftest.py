"""A small site of its own, at whose addresses nothing but the API's pieces is."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from packprod.api.throttling import COUNTS


@pytest.fixture(autouse=True)
def _site(settings: Settings, db: None) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.packprod.api.site"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    COUNTS.clear()
    yield
    COUNTS.clear()


@pytest.fixture
def client() -> Client:
    """Nobody in particular; errors come as answers, as they do over HTTP."""
    return Client(raise_request_exception=False)
