"""One shop for all tests that only read it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from tests.customers.shop import Person, open_shop


def _open_shared_shop() -> tuple[str, list[Person]]:
    client_id = f"shop-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        people = open_shop()
    return client_id, people


@pytest.fixture
def shop(client_id: str, opened_once: Callable[..., Any], settings: Settings) -> list[Person]:
    """The people of the shop; the test runs as their client, and must write nothing."""
    people: list[Person]
    settings.PACKPROD_CLIENT_ID, people = opened_once(_open_shared_shop)
    return people
