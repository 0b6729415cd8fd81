"""One shop for all tests that only read it."""

import uuid

import pytest
from django.test import override_settings
from pytest_django import Settings

from tests.customers.shop import Person, open_shop


@pytest.fixture(scope="package")
def opened_shop(engine: None) -> tuple[str, list[Person]]:
    """The shop's clientID and its people."""
    client_id = f"shop-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        people = open_shop()
    return client_id, people


@pytest.fixture
def shop(opened_shop: tuple[str, list[Person]], settings: Settings) -> list[Person]:
    """The people of the shop; the test runs as their client, and must write nothing."""
    settings.PACKPROD_CLIENT_ID, people = opened_shop
    return people
