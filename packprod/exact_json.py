"""JSON in, with exact numbers; every way in which a text can fail to be JSON is one clear sentence.

JSON that is no order (halves of surrogate pairs, deep nesting) passes here: the import refuses it for each order
separately, so that a bad order never stops a good one in the same array.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from packprod.errors import InvalidInput

_FORM = re.compile(r"\s*[\w.%+\[\]-]{1,200}=")
_LONGEST_INT = 38  # digits; DynamoDB keeps no more, and Python's int() is slow on thousands


class InvalidJson(InvalidInput):
    """The body is not JSON, or JSON that no program can hold."""

    code = "invalid_json"


def parse_json(raw: bytes) -> Any:
    """The JSON value of UTF-8 bytes: fractions and very long integers are Decimal. Raises InvalidJson.

    Its texts may hold halves of surrogate pairs.
    """
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
    if _FORM.match(exc.doc):
        return "The body is form-encoded (name=value); JSON is needed."
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
