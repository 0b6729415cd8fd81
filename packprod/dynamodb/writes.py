"""Writes rows: operations built from PynamoDB's conditions and actions, sent one by one or as a transaction.

PynamoDB's own writes are not used. Its transactions build an object for every name and value, which slows a rebuild
down (docs/adr/0014), and its update reads the row back and fails on attributes that other programs keep there.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from packprod.dynamodb.client import call
from packprod.dynamodb.codec import AttributeMap
from packprod.dynamodb.expressions import expressions
from packprod.dynamodb.tables import EngineMeta, Table, prefixed

MAX_OPERATIONS = 100  # of one transaction
_CALLS = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}

Operation = dict[str, dict[str, Any]]
"""One write in the engine's form: {"Put": {…}}."""


def put(row: Table, *, wire: AttributeMap | None = None, condition: Condition | None = None) -> Operation:
    """Stores a whole row. Pass `wire`, its stored form, if `row.wire()` has been computed already."""
    item = row.wire() if wire is None else wire
    return {"Put": {"TableName": row.engine_name(), "Item": item, **expressions(condition=condition)}}


def update(row: Table, *, actions: Sequence[Action], condition: Condition | None = None) -> Operation:
    """Changes attributes of the row with this key; the row need not exist yet."""
    return {"Update": _addressed(row) | expressions(actions=actions, condition=condition)}


def update_each(rows: Iterable[Table], *, actions: Sequence[Action]) -> list[Operation]:
    """Makes the same change to several rows. Its expressions are built once, as building them is most of the work."""
    change = expressions(actions=actions)
    return [{"Update": _addressed(row) | change} for row in rows]


def delete(row: Table, *, condition: Condition | None = None) -> Operation:
    """Deletes the row with this key; without a condition it need not exist."""
    return {"Delete": _addressed(row) | expressions(condition=condition)}


def check(row: Table, *, condition: Condition) -> Operation:
    """Cancels its transaction unless the stored row meets the condition; writes nothing itself."""
    return {"ConditionCheck": _addressed(row) | expressions(condition=condition)}


def write(operation: Operation) -> None:
    """Sends one operation. Raises ConditionFailed, RequestRefused, EngineUnavailable."""
    for kind, parameters in operation.items():
        call(_CALLS[kind], **parameters)


def transact(operations: Sequence[Operation]) -> None:
    """Commits at most MAX_OPERATIONS operations, all or nothing.

    Retries are safe, because they repeat the ClientRequestToken of the call. Raises TransactionCancelled if
    nothing was written, EngineUnavailable if that is not known: read again then.
    """
    call("transact_write_items", TransactItems=list(operations))


class DurabilityMark(Table):
    """The table of the one row that `settle` writes; it exists only if `must_settle`."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-durability")

    mark_id = UnicodeAttribute(hash_key=True, attr_name="markID")


def must_settle() -> bool:
    """Whether the engine may acknowledge a transaction before it is on disk: assumed of every engine but Amazon's."""
    return settings.ENDPOINTS.dynamodb_url is not None


def settle() -> None:
    """Returns once every transaction acknowledged so far is on disk; call it before confirming one to a client.

    DynamoDB Local answers TransactWriteItems some 10 to 300 ms before its SQLite commit. If it is killed in between, it
    loses acknowledged transactions: about one per five kills under load. A put that follows the transaction is answered
    only once both are committed (docs/adr/0010). Amazon needs none of this.
    Raises EngineUnavailable if that cannot be known; repeating the transaction is safe then.
    """
    if must_settle():
        write(put(DurabilityMark("settled")))


def _addressed(row: Table) -> dict[str, Any]:
    return {"TableName": row.engine_name(), "Key": row.wire_key()}
