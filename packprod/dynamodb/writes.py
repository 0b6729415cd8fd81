"""Writes as the engine's own operations, for what is committed thousands at a time.

PynamoDB's transactions serve single writes well, but build an object for every name and value; these are plain
dicts, sent by the client of the fast reads.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from packprod.dynamodb.base import Table
from packprod.dynamodb.client import call
from packprod.dynamodb.codec import AttributeMap, encode_value

Operation = dict[str, dict[str, Any]]
"""One member of a transaction: {"Put": {…}}."""


def put(table: type[Table], item: AttributeMap) -> Operation:
    """Stores a whole row, given as the engine holds it (`row.wire()`)."""
    return {"Put": {"TableName": table.engine_name(), "Item": item}}


def delete(row: Table) -> Operation:
    """Removes the row with this row's key; fine if there is none."""
    return {"Delete": {"TableName": row.engine_name(), "Key": row.wire_key()}}


def check(row: Table, *, counters: Mapping[str, int]) -> Operation:
    """Changes nothing, but cancels the transaction unless the stored row's counters are these."""
    words = _Words()
    condition = _condition(words, counters)
    return {"ConditionCheck": _addressed(row, words, {"ConditionExpression": condition})}


def update(
    row: Table,
    *,
    sets: Mapping[str, Any],
    defaults: Mapping[str, Any] | None = None,
    adds: Mapping[str, int] | None = None,
    removes: Sequence[str] = (),
    counters: Mapping[str, int] | None = None,
) -> Operation:
    """Changes attributes, named as the engine names them, of a row that need not exist yet.

    `defaults` are set only where nothing is; `counters` must be stored with these values (0: absent), else the
    transaction is cancelled.
    """
    words = _Words()
    assignments = [f"{words.name(name)} = {words.value(value)}" for name, value in sets.items()]
    assignments += [
        f"{words.name(name)} = if_not_exists({words.name(name)}, {words.value(value)})"
        for name, value in (defaults or {}).items()
    ]
    additions = [f"{words.name(name)} {words.value(value)}" for name, value in (adds or {}).items()]
    clauses = {"SET": assignments, "ADD": additions, "REMOVE": [words.name(name) for name in removes]}
    expression = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)
    condition = {"ConditionExpression": _condition(words, counters)} if counters else {}
    return {"Update": _addressed(row, words, {"UpdateExpression": expression, **condition})}


def transact(operations: Sequence[Operation]) -> None:
    """Commits at most `transactions.MAX_OPERATIONS`, all or nothing.

    A retry of the same call is safe: botocore gives each commit its own ClientRequestToken.
    Raises TransactionCancelled (nothing was written), EngineUnavailable (unknown: ask again).
    """
    call("transact_write_items", TransactItems=list(operations))


class _Words:
    """The names and values of one operation's expressions, by placeholder."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        """The placeholder of an attribute's name."""
        placeholder = f"#{attribute}"
        self.names[placeholder] = attribute
        return placeholder

    def value(self, value: Any) -> str:
        """The placeholder of a value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = encode_value(value)
        return placeholder


def _condition(words: _Words, counters: Mapping[str, int]) -> str:
    return " AND ".join(
        f"{words.name(name)} = {words.value(seen)}" if seen else f"attribute_not_exists({words.name(name)})"
        for name, seen in counters.items()
    )


def _addressed(row: Table, words: _Words, expressions: dict[str, str]) -> dict[str, Any]:
    values = {"ExpressionAttributeValues": words.values} if words.values else {}
    return {
        "TableName": row.engine_name(),
        "Key": row.wire_key(),
        "ExpressionAttributeNames": words.names,
        **expressions,
        **values,
    }
