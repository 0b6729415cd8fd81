"""JSON objects with exact numbers, and how they are written: the base of all that answers and stored JSON hold."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import orjson
from msgspec import Meta, Struct

from packprod.dates import format_instant

Money = Decimal
"""An amount in PACKPROD_CURRENCY. Like every Decimal it is a JSON number with its exact digits."""
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""An instant as `format_instant` writes it: UTC, ending in Z."""


def contract_name(name: str) -> str:
    """A field's name in JSON: `contactID` for `contact_id`. An exception names itself: `field(name="requestId")`."""
    first, *others = name.split("_")
    return first + "".join("ID" if word == "id" else word.title() for word in others)


class JsonObject(Struct, rename=contract_name, gc=False):  # gc: answers hold no cycles
    """A JSON object of an answer or of a request's body, under the contract's names."""


_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
_STRUCTS = msgspec.json.Encoder(decimal_format="number")
_DECODE = msgspec.json.Decoder(float_hook=Decimal).decode  # of what an answer holds as JSON already
_EXPONENT = re.compile(rb"E(?<=[0-9]E)[+-][0-9]")  # begins with a letter: the search is fast only so
# n8n takes an answer that holds a script tag for broken JSON; U+2028 and U+2029 end a line of JavaScript.
_ESCAPES = tuple((character.encode(), f"\\u{ord(character):04x}".encode()) for character in "<>&\u2028\u2029")
_NOT_JSON = (Decimal, datetime, date)


def to_json(data: Any) -> bytes:
    """Data as UTF-8 JSON. A Decimal becomes a number with its exact digits (12.50 stays 12.50); an instant becomes UTC,
    ending in Z. Never a character that HTML or JavaScript would act upon (`<` leaves as its escape)."""
    return _without_markup(_dumped(data, _OPTIONS))


def readable_json(data: Any, *, indented: bool = False) -> str:
    """The same for people to read and edit: every character as it is."""
    return _dumped(data, _OPTIONS | (orjson.OPT_INDENT_2 if indented else 0)).decode()


def _dumped(data: Any, option: int) -> bytes:
    try:
        return orjson.dumps(data, default=_encode, option=option)
    except orjson.JSONEncodeError:
        return orjson.dumps(_encodable(to_plain(data)), default=_encode, option=option)


def _without_markup(encoded: bytes) -> bytes:
    """The same JSON: these characters occur only within texts, where each has an escape of the same meaning."""
    for character, escape in _ESCAPES:
        if character[0] in encoded:  # a search for one byte is ten times as fast as for three
            encoded = encoded.replace(character, escape)
    return encoded


def json_array(encoded: Iterable[bytes]) -> msgspec.Raw:
    """An array of values that are JSON already, for an answer to hold."""
    return msgspec.Raw(b"[%b]" % b",".join(encoded))


def to_plain(data: Any) -> Any:
    """An answer as dicts and lists, with its JSON names as keys; Decimals, dates and instants stay as they are."""
    return msgspec.to_builtins(data, builtin_types=_NOT_JSON, str_keys=False, enc_hook=_DECODE)


def _encodable(value: Any) -> Any:
    """The value without what orjson refuses. Integers over 64 bits, which an order's `extra` may hold (DynamoDB has 38
    digits), become Decimal; unpaired surrogates in what a client sent are shown as their JSON escapes."""
    match value:
        case str():
            return value.encode(errors="backslashreplace").decode()
        case Mapping():
            return {_encodable(key): _encodable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_encodable(inner) for inner in value]
        case int() if abs(value) >= 2**63:
            return Decimal(value)
        case _:
            return value


def _encode(value: Any) -> Any:
    match value:
        case Decimal() if value.is_finite():
            return orjson.Fragment(format(value, "f"))
        case msgspec.Struct():
            return _struct(value)
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
        case set() | frozenset():
            return sorted(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def _struct(value: msgspec.Struct) -> Any:
    """A struct as msgspec encodes it, which is faster than orjson. msgspec also writes 1E+2 and NaN as they are, so a
    struct that seems to hold one becomes plain values first."""
    encoded = _STRUCTS.encode(value)
    odd = _EXPONENT.search(encoded) or b"NaN" in encoded or b"Infinity" in encoded
    return to_plain(value) if odd else orjson.Fragment(encoded)
