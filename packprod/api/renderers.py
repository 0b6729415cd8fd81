"""JSON out: exact decimals, UTC instants ending in Z, and JSON whatever the client says it accepts."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from packprod.dates import format_instant

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def to_json(data: Any, *, indented: bool = False) -> bytes:
    """UTF-8 JSON. A Decimal is a number with its exact digits (12.50 stays 12.50)."""
    option = _OPTIONS | (orjson.OPT_INDENT_2 if indented else 0)
    try:
        return orjson.dumps(data, default=_encode, option=option)
    except orjson.JSONEncodeError:
        return orjson.dumps(_encodable(data), default=_encode, option=option)


def _encodable(value: Any) -> Any:
    """What orjson refuses: integers over 64 bits, which DynamoDB keeps (38 digits) under an order's `extra`, and
    halves of surrogate pairs in what a client sent, shown as they are written in JSON."""
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
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
        case set() | frozenset():
            return sorted(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


class JsonRenderer(BaseRenderer):
    """DRF's face of `to_json`."""

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
    """The view's first renderer, whatever Accept says: a client that asks for HTML still needs its answer."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type

    def select_parser(self, request: Request, parsers: Any) -> BaseParser:
        from rest_framework.exceptions import UnsupportedMediaType
        from rest_framework.negotiation import DefaultContentNegotiation

        encoding = request.headers.get("Content-Encoding", "identity")
        if encoding.lower() != "identity":
            raise UnsupportedMediaType(encoding, "The body must not be compressed: leave out Content-Encoding.")
        parser = DefaultContentNegotiation().select_parser(request, parsers)
        if parser is None:
            raise UnsupportedMediaType(
                request.content_type, "The body needs the header Content-Type: application/json."
            )
        return parser
