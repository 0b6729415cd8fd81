"""JSON in: exact numbers, and every way a body can be broken answered by one clear sentence."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from packprod.api.errors import PayloadTooLarge
from packprod.errors import FieldProblem, InvalidInput

DEEPEST = 20
_LONGEST_INT = 38  # digits; DynamoDB keeps no more, and Python's int() is slow on thousands
_SHOWN_PATH_PARTS = 4


class InvalidJson(InvalidInput):
    """The body is not JSON, or JSON that no order can be."""

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
    """The JSON value of UTF-8 bytes. Raises InvalidJson."""
    try:
        value = json.loads(
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
        raise InvalidJson(_too_deep()) from exc
    _check_tree(value)
    return value


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


def _check_tree(value: Any) -> None:
    for path, inner in _walk(value):
        if len(path) > DEEPEST:
            raise InvalidJson(_too_deep(), problems=[_problem(path, "too_deep", _too_deep())])
        if isinstance(inner, str) and not _encodable(inner):
            message = "The text holds half of a surrogate pair."
            raise InvalidJson(message, problems=[_problem(path, "invalid_text", message)])


def _walk(value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every text (keys too) and container with its path, without recursion."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while waiting:
        path, inner = waiting.pop()
        yield path, inner
        if isinstance(inner, dict):
            waiting.extend((path, key) for key in inner)
            waiting.extend(((*path, key), item) for key, item in inner.items() if _of_interest(item))
        elif isinstance(inner, list):
            waiting.extend(((*path, str(i)), item) for i, item in enumerate(inner) if _of_interest(item))


def _of_interest(value: Any) -> bool:
    return isinstance(value, str | dict | list)


def _encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep() -> str:
    return f"The body is nested more than {DEEPEST} levels deep."


def _problem(path: tuple[str, ...], code: str, message: str) -> FieldProblem:
    shown = ".".join(path[:_SHOWN_PATH_PARTS])
    return FieldProblem(shown if _encodable(shown) else "", code, message)
