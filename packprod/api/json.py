"""DRF's JSON renderer and parser: numbers are exact both ways, and answers are JSON whatever Accept says."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import msgspec
import orjson
from django.conf import settings
from rest_framework import exceptions as drf
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from packprod.dates import format_instant
from packprod.exact_json import InvalidJson, parse_json

# --- Out -----------------------------------------------------------------------------------------------------------

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
_STRUCTS = msgspec.json.Encoder(decimal_format="number")
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


def to_plain(data: Any) -> Any:
    """An answer as dicts and lists, with its JSON names as keys; Decimals, dates and instants stay as they are."""
    return msgspec.to_builtins(data, builtin_types=_NOT_JSON, str_keys=False)


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


class JsonRenderer(BaseRenderer):
    """DRF's renderer: answers with `to_json`."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8 by definition

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else to_json(data)


class AlwaysFirst(BaseContentNegotiation):
    """DRF's content negotiation: always the view's first renderer, because a client that asks for HTML needs its answer
    as well. Compressed bodies are refused."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type

    def select_parser(self, request: Request, parsers: Any) -> BaseParser:

        encoding = request.headers.get("Content-Encoding", "identity")
        if encoding.lower() != "identity":
            raise drf.UnsupportedMediaType(encoding, "The body must not be compressed: leave out Content-Encoding.")
        parser = DefaultContentNegotiation().select_parser(request, parsers)
        if parser is None:
            raise drf.UnsupportedMediaType(request.content_type, _json_needed(request.content_type))
        return parser


def _json_needed(content_type: str) -> str:
    sent = content_type.partition(";")[0].strip()
    was = f"was sent as {sent[:50]}" if sent.isprintable() and sent else "has no Content-Type"
    return (
        f"The body {was}; it must be JSON, with the header Content-Type: application/json. "
        "In n8n's HTTP Request node choose Body Content Type JSON."
    )


# --- In ------------------------------------------------------------------------------------------------------------


class PayloadTooLarge(drf.APIException):
    """413: the body is over the limit."""

    status_code = 413
    default_code = "payload_too_large"
    default_detail = "The body is larger than 5 MiB; send fewer orders at once."


class JsonParser(BaseParser):
    """DRF's parser: floats and very long integers become Decimal. Raises InvalidJson or PayloadTooLarge."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(settings.PACKPROD_MAX_BODY_BYTES + 1)
        if len(raw) > settings.PACKPROD_MAX_BODY_BYTES:
            raise PayloadTooLarge
        return parse_json(raw)


def json_body(request: Request) -> Any:
    """The request's body. Raises InvalidJson if it is empty, which `request.data` would take for an empty object."""
    data = request.data
    if request.stream is None:
        raise InvalidJson("The body is empty; JSON is needed.")
    return data
