"""Converts between DynamoDB's wire format and Python, exactly and fast.

Numbers become Decimal, never float; sets become Python sets; binary becomes bytes. PynamoDB takes fifteen times as long
to decode an item, botocore seven times (docs/adr/0002, 0037).
"""

import base64
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

AttributeMap = dict[str, dict[str, Any]]
"""An item as DynamoDB sends it: {"name": {"S": "…"}}."""


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else base64.b64decode(value)


_RARE_DECODERS: dict[str, Callable[[Any], Any]] = {
    "BOOL": bool,
    "NULL": lambda value: None,
    "B": _bytes,
    "SS": set,
    "NS": lambda value: set(map(Decimal, value)),
    "BS": lambda value: set(map(_bytes, value)),
}


def decode_item(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A whole item as a plain dict. What most attributes are is decoded in place: a call for each would cost as much
    as all the rest."""
    decoded: dict[str, Any] = {}
    for name, tagged in item.items():
        if "S" in tagged:
            decoded[name] = tagged["S"]
        elif "N" in tagged:
            decoded[name] = Decimal(tagged["N"])
        else:
            decoded[name] = decode_value(tagged)
    return decoded


def decode_value(tagged: Mapping[str, Any]) -> Any:
    """A tagged value, such as `{"N": "1.50"}`, as Python."""
    if "S" in tagged:
        return tagged["S"]
    if "N" in tagged:
        return Decimal(tagged["N"])
    if "M" in tagged:
        return decode_item(tagged["M"])
    if "L" in tagged:
        return [decode_item(member["M"]) if "M" in member else decode_value(member) for member in tagged["L"]]
    for tag, value in tagged.items():
        return _RARE_DECODERS[tag](value)
    return {}  # DynamoDB Local's streams leave out the type of an empty map


def encode_value(value: Any) -> dict[str, Any]:
    """A Python value as a tagged value. Raises TypeError for a float, which is inexact, and for what DynamoDB cannot
    hold."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is Decimal:
        return {"N": format(value, "f")}
    if kind is dict:
        return {"M": {name: encode_value(member) for name, member in value.items()}}
    if kind is list:
        return {"L": [encode_value(member) for member in value]}
    return _encode_other(value)


def _encode_other(value: Any) -> dict[str, Any]:
    """What is none of the four most frequent types, or a subclass of one."""
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
