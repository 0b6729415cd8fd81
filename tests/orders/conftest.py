"""One year of orders, ours and foreign ones, for all tests that only read them."""

import uuid

import pytest
from django.test import override_settings
from pytest_django import Settings

from tests.orders.ledger import Entry, open_ledger


@pytest.fixture(scope="package")
def opened_ledger(engine: None) -> tuple[str, list[Entry]]:
    """The clientID and what its orders are."""
    client_id = f"ledger-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        entries = open_ledger()
    return client_id, entries


@pytest.fixture
def ledger(opened_ledger: tuple[str, list[Entry]], settings: Settings) -> list[Entry]:
    """The entries of the ledger; the test runs as their client, and must write nothing."""
    settings.PACKPROD_CLIENT_ID, entries = opened_ledger
    return entries
