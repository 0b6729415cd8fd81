"""Fixture that counts what is read from the engine."""

from typing import Any

import pytest

from orders.contact_aliases import ContactAlias
from packprod.dynamodb import client, reads


@pytest.fixture
def engine_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the reads sent to the engine, in order; a test may clear it.

    The version of the contacts' aliases is left out: a process reads it every FRESH_SECONDS, not for each request.
    """
    sent: list[str] = []
    real = client.call

    def counted(operation: str, **parameters: Any) -> Any:
        if parameters.get("TableName") != ContactAlias.engine_name():
            sent.append(operation)
        return real(operation, **parameters)

    monkeypatch.setattr(reads, "call", counted)
    return sent
