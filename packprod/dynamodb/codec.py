"""Converts between DynamoDB's wire format and Python, exactly and fast.

Numbers become Decimal, never float; sets become Python sets; binary becomes bytes. Decoding 100 items takes about
1.5 ms, against 9.9 ms in botocore and 22.6 ms in PynamoDB (docs/adr/0002).
"""

import base64
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

AttributeMap = dict[str, dict[str, Any]]
"""An item as DynamoDB sends it: {"name": {"S": "…"}}."""


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else base64.b64decode(value)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "S": lambda value: value,
    "N": Decimal,
    "BOOL": lambda value: value,
    "NULL": lambda value: None,
    "L": lambda value: [decode_value(member) for member in value],
    "M": lambda value: decode_item(value),
    "B": _bytes,
    "SS": set,
    "NS": lambda value: {Decimal(member) for member in value},
    "BS": lambda value: {_bytes(member) for member in value},
}


def decode_value(tagged: Mapping[str, Any]) -> Any:
    """A tagged value, such as `{"N": "1.50"}`, as Python."""
    for tag, value in tagged.items():
        return _DECODERS[tag](value)
    return {}  # DynamoDB Local's streams leave out the type of an empty map


def decode_item(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A whole item as a plain dict."""
    return {name: decode_value(tagged) for name, tagged in item.items()}


def encode_value(value: Any) -> dict[str, Any]:
    """A Python value as a tagged value. Raises TypeError for a float, which is inexact, and for what DynamoDB cannot
    hold."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": format(Decimal(value), "f")}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [encode_value(member) for member in value]}
        case dict():
            return {"M": {name: encode_value(member) for name, member in value.items()}}
        case set() | frozenset() if value:
            return _encode_set(value)
    raise TypeError(f"DynamoDB cannot hold a {type(value).__name__} exactly")


def encode_item(item: Mapping[str, Any]) -> AttributeMap:
    """A whole item as DynamoDB takes it. Raises TypeError as `encode_value` does."""
    return {name: encode_value(value) for name, value in item.items()}


def _encode_set(members: set[Any] | frozenset[Any]) -> dict[str, Any]:
    """A set of text, of numbers or of bytes. DynamoDB has no other sets, and no mixed or empty ones."""
    tags = {tag for member in members for tag in encode_value(member)}
    if len(tags) != 1 or not tags <= {"S", "N", "B"}:
        raise TypeError("DynamoDB cannot hold a set of these members exactly")
    return {f"{tags.pop()}S": sorted(value for member in members for value in encode_value(member).values())}
