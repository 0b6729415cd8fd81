"""Recognises orders that were sent inside something else, as workflows do by mistake, and says how to send them.

They are refused all the same: what a sender wrote around an order may mean something, and a guess would be an order
that nobody sent.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from customers.importing.parsing import Refused, printable
from packprod.errors import InvalidInput
from packprod.exact_json import parse_json

_ORDER_FIELDS = frozenset({"orderReference", "customer", "items"})
_DEEPEST = 4  # levels, texts among them
_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_N8N_ITEM = "json"  # the key under which n8n itself keeps the data of an item


class _Found(NamedTuple):
    """Where orders were found: the keys that lead to them, and whether they are JSON written as text."""

    keys: tuple[str, ...]
    is_text: bool
    is_nested_list: bool


def refuse_wrapped(payload: object) -> None:
    """Raises Refused for what is no order but has one inside: {"body": …}, {"json": …}, JSON as text, a list."""
    if isinstance(payload, Mapping) and not _ORDER_FIELDS.isdisjoint(payload):
        return
    found = _inside(payload, _DEEPEST)
    if found is not None:
        raise Refused("wrapped", _advice(found))


def _inside(value: object, levels: int) -> _Found | None:
    """Where the nearest orders are within a value that is none; None if there are none."""
    if levels == 0:
        return None
    match value:
        case str():
            return _in_text(value, levels)
        case list():
            return _Found((), is_text=False, is_nested_list=True) if _are_orders(value, levels) else None
        case Mapping():
            return _in_object(value, levels)
    return None


def _in_text(text: str, levels: int) -> _Found | None:
    try:
        inner = parse_json(text.encode(errors="replace")) if text.lstrip()[:1] in ("{", "[", '"') else None
    except InvalidInput:
        return None
    return _Found((), is_text=True, is_nested_list=False) if _are_orders(inner, levels - 1) else None


def _in_object(value: Mapping[str, object], levels: int) -> _Found | None:
    for key, inner in value.items():
        if isinstance(inner, list | Mapping) and _is_order(inner[0] if isinstance(inner, list) and inner else inner):
            return _Found((key,), is_text=False, is_nested_list=False)
        if (found := _inside(inner, levels - 1)) is not None:
            return found._replace(keys=(key, *found.keys), is_nested_list=False)
    return None


def _are_orders(value: object, levels: int) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return _is_order(first) or _inside(first, levels - 1) is not None


def _is_order(value: object) -> bool:
    return isinstance(value, Mapping) and len(_ORDER_FIELDS.intersection(value)) >= 2


def _advice(found: _Found) -> str:
    """What was sent and what to send, with what to enter in n8n's HTTP Request node (Body Content Type JSON, Using
    JSON)."""
    if found.is_nested_list:
        return "is a list within the list: send one flat list (n8n: {{ JSON.stringify($json.orders.flat()) }})"
    place = ".".join(map(printable, found.keys))
    if not found.is_text:
        return f'is inside "{place}": send what is inside alone (n8n: {{{{ JSON.stringify({_n8n(found)}) }}}})'
    if not place:
        return "is JSON written as text: send the JSON itself (n8n: JSON.stringify once, not twice)"
    return f'is inside "{place}", as JSON written as text: send that text alone (n8n: {{{{ {_n8n(found)} }}}})'


def _n8n(found: _Found) -> str:
    """The expression of what was found."""
    if found.keys[0] == _N8N_ITEM:
        return "$input.all().map(item => item.json)"
    path = (f".{key}" if _NAME.fullmatch(key) else f'["{printable(key)}"]' for key in found.keys)
    return f"$json{''.join(path)}"
