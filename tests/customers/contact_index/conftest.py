"""Fixtures of the index of contacts."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from customers.contact_index.sweep import Swept, contact_keys_sweep
from customers.tables import Contact
from tests.orders.foreign import put_row

Import = Callable[..., Any]
Legacy = Callable[..., dict[str, Any]]


@pytest.fixture
def import_for(imported: Callable[..., Any], make_order: Callable[..., Any]) -> Import:
    """Imports one order of a customer and gives the outcome."""

    def run(**customer: str) -> Any:
        (result,) = imported(make_order(f"R-{uuid.uuid4().hex}", customer=customer))
        return result.outcome

    return run


@pytest.fixture
def legacy(client_id: str) -> Legacy:
    """Puts a contact of the other product with the plain client."""

    def put(**fields: Any) -> dict[str, Any]:
        row = {"contactID": f"legacy-{uuid.uuid4()}", "clientID": client_id, "createdAt": "2020-01-01T00:00:00Z"}
        return put_row(Contact, row | fields)

    return put


@pytest.fixture
def sweep(client_id: str, now: datetime) -> Callable[[], Swept]:
    """Makes the index whole."""
    return lambda: contact_keys_sweep(clock=lambda: now, seconds=600)


@pytest.fixture
def no_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may read all contacts."""
    monkeypatch.setattr("customers.importing.contacts._contacts", lambda: pytest.fail("all contacts were read"))
