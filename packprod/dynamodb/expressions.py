"""Turns PynamoDB's conditions and actions into the expressions of a request.

PynamoDB's own `serialize` gives the same text. It matches a regular expression for each name, which made it the larger
part of building a write (docs/adr/0037).
"""

from collections.abc import Sequence
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action, AddAction, DeleteAction, RemoveAction, SetAction

_KEYWORDS = {SetAction: "SET", RemoveAction: "REMOVE", AddAction: "ADD", DeleteAction: "DELETE"}


def expressions(*, actions: Sequence[Action] = (), condition: Condition | None = None) -> dict[str, Any]:
    """The parameters of a write that makes these changes if the condition holds; those that it does not need are left
    out."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    if actions:
        parameters["UpdateExpression"] = _update(actions, names, values)
    if condition is not None:
        parameters["ConditionExpression"] = _text(condition, names, values)
    if names:
        parameters["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    if values:
        parameters["ExpressionAttributeValues"] = values
    return parameters


def _update(actions: Sequence[Action], names: dict[str, str], values: dict[str, Any]) -> str:
    clauses = []
    for kind, keyword in _KEYWORDS.items():
        texts = [_text(action, names, values) for action in actions if type(action) is kind]
        if texts:
            clauses.append(f"{keyword} {', '.join(texts)}")
    return " ".join(clauses)


def _text(node: Any, names: dict[str, str], values: dict[str, Any]) -> str:
    """A condition, action or operand; fills in the placeholders of the names and values in it."""
    if type(node) is Value:
        placeholder = f":{len(values)}"
        values[placeholder] = node.value
        return placeholder
    if type(node) is Path:
        return _path(node, names, values)
    parts = [_text(one, names, values) for one in node.values]
    return str(node.format_string.format(*parts, operator=getattr(node, "operator", "")))


def _path(path: Path, names: dict[str, str], values: dict[str, Any]) -> str:
    name = path.path[0]
    if len(path.path) > 1 or "[" in name:
        return str(path.serialize(names, values))
    return names.setdefault(name, f"#{len(names)}")
