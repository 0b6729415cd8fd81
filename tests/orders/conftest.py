"""One year of orders, ours and foreign ones, for all tests that only read them."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from tests.orders.ledger import Entry, open_ledger


def _open_shared_ledger() -> tuple[str, list[Entry]]:
    client_id = f"ledger-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        entries = open_ledger()
    return client_id, entries


@pytest.fixture
def ledger(client_id: str, opened_once: Callable[..., Any], settings: Settings) -> list[Entry]:
    """The entries of the ledger; the test runs as their client, and must write nothing."""
    entries: list[Entry]
    settings.PACKPROD_CLIENT_ID, entries = opened_once(_open_shared_ledger)
    return entries
