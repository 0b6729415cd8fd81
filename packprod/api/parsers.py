"""JSON in: exact numbers, and every way a body can be broken answered by one clear sentence.

What is JSON but no order (halves of surrogate pairs, deep nesting) passes here: the import refuses it for each order
by itself, so that a bad order never stops a good one in the same array.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from packprod.api.errors import PayloadTooLarge
from packprod.errors import InvalidInput

_LONGEST_INT = 38  # digits; DynamoDB keeps no more, and Python's int() is slow on thousands


class InvalidJson(InvalidInput):
    """The body is not JSON, or JSON that no program can hold."""

    code = "invalid_json"


class JsonParser(BaseParser):
    """Floats and very long integers arrive as Decimal. Raises InvalidJson or PayloadTooLarge."""

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
    """The request's JSON. Use it instead of `request.data`, which takes an empty body for an empty object."""
    data = request.data
    if request.stream is None:
        raise InvalidJson("The body is empty; JSON is needed.")
    return data


def parse_json(raw: bytes) -> Any:
    """The JSON value of UTF-8 bytes; its texts may hold halves of surrogate pairs. Raises InvalidJson."""
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            parse_float=_exact,
            parse_int=_whole,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as exc:
        raise InvalidJson(f"The body is not valid UTF-8 (byte {exc.start}).") from exc
    except json.JSONDecodeError as exc:
        raise InvalidJson(_where(exc)) from exc
    except RecursionError as exc:
        raise InvalidJson("The body is nested too deeply.") from exc


def _where(exc: json.JSONDecodeError) -> str:
    if not exc.doc.strip():
        return "The body is empty; JSON is needed."
    return f"The body is not valid JSON: {exc.msg} (line {exc.lineno}, column {exc.colno})."


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as exc:
        raise InvalidJson("The body holds a number whose exponent is out of any range.") from exc


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INT else _exact(text)


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidJson(f"The body is not valid JSON: {name} is not a JSON number.")
