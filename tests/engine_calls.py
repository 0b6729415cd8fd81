"""Fixtures that count what is read from the engine and written to it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from orders.contact_aliases import ContactAlias
from packprod.dynamodb import client, reads
from packprod.dynamodb.leases import ShardLease


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


@dataclass
class EngineWork:
    """What was sent to the engine's tables: calls by operation, and rows written or checked."""

    calls: Counter[str] = field(default_factory=Counter)
    writes: int = 0

    def clear(self) -> None:
        """Counts from nothing again."""
        self.calls.clear()
        self.writes = 0


@pytest.fixture
def engine_work(monkeypatch: pytest.MonkeyPatch) -> EngineWork:
    """Counts calls to tables. Streams and the leases of their shards are left out: they are read and renewed whether
    anything happened or not."""
    work, tables = EngineWork(), client.dynamodb()
    real = tables.send

    def counted(operation: str, parameters: dict[str, Any]) -> Any:
        if parameters.get("TableName") != ShardLease.engine_name():
            work.calls[operation] += 1
            work.writes += _rows_written(operation, parameters)
        return real(operation, parameters)

    monkeypatch.setattr(tables, "send", counted)
    return work


def _rows_written(operation: str, parameters: dict[str, Any]) -> int:
    if operation == "transact_write_items":
        return len(parameters["TransactItems"])
    if operation == "batch_write_item":
        return sum(map(len, parameters["RequestItems"].values()))
    return int(operation in {"put_item", "update_item", "delete_item"})
