"""Our expressions are those that PynamoDB makes of the same conditions and actions."""

from typing import Any

import pytest
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action, Update

from packprod.dynamodb.expressions import expressions
from packprod.readmodels.tables import Derivation, Projection

CONDITIONS = [
    Derivation.version == 1,
    Derivation.version != Derivation.requested,
    (Derivation.version < 1) | (Derivation.version >= 2),
    ~(Derivation.dirty_since.exists() & Derivation.dirty_since.does_not_exist()),
    Derivation.version.between(1, 3),
    Derivation.dirty_since.is_in("a", "b", "c"),
    Derivation.dirty_since.startswith("2025"),
    Derivation.dirty_since.contains("-"),
    Path("data").is_type("M"),
    size(Derivation.dirty_since) > 3,
    Path("data.total") == 1,
    Path("lines[0].code") == "BOX",
    Path(["odd.name"]) == {"S": "tagged already"},
    (Projection.source_id == "#0") & (Projection.source_id == ":0"),
]
ACTIONS: list[list[Action]] = [
    [Derivation.version.set(1), Derivation.version.set(Derivation.version + 1)],
    [Derivation.dirty_since.set(Derivation.dirty_since | "now"), Derivation.requested.add(1), Derivation.ttl.remove()],
    [Derivation.ttl.remove(), Derivation.outputs.set({"a": "b"}), Derivation.dirty_client.remove()],
    [Path("data.total").set(5), Path("tags").delete({"NS": ["1"]}), Path("rows").set(Path("rows").append(["x"]))],
    [Path("data").set(None)],
]


def by_pynamodb(actions: list[Action], condition: Condition | None) -> dict[str, Any]:
    names: dict[str, str] = {}
    values: dict[str, str] = {}
    made: dict[str, Any] = {}
    if actions:
        made["UpdateExpression"] = Update(*actions).serialize(names, values)
    if condition is not None:
        made["ConditionExpression"] = condition.serialize(names, values)
    made["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    return made | ({"ExpressionAttributeValues": values} if values else {})


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_conditions(condition: Condition) -> None:
    assert expressions(condition=condition) == by_pynamodb([], condition)


@pytest.mark.parametrize("condition", [None, CONDITIONS[0]], ids=str)
@pytest.mark.parametrize("actions", ACTIONS, ids=str)
def test_actions(actions: list[Action], condition: Condition | None) -> None:
    assert expressions(actions=actions, condition=condition) == by_pynamodb(actions, condition)


def test_what_is_not_needed_is_left_out() -> None:
    assert expressions() == {}
    exists = expressions(condition=Derivation.version.exists())
    assert exists == {"ConditionExpression": "attribute_exists (#0)", "ExpressionAttributeNames": {"#0": "version"}}
