"""Query parameters. Each is one object that checks, reads and documents the parameter.

A view's `@operation` names the parameters that it takes. It documents them and refuses all others, so that a typo is an
error and never a filter that silently did not apply. The view reads each from the request:

    SORT = Choice("sort", SORTS, "What the list is sorted by.", default="revenue")

    @operation("listProducts", "List all products", query=(SORT, *PAGING, LIST_FORMAT), ...)
    def get(self, request):
        sort = SORT.of(request)
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar, cast

from django.core import signing
from rest_framework.request import Request

from packprod.errors import FieldProblem, InvalidCursor, InvalidInput
from packprod.exports.response import Format
from packprod.readmodels.lists.walk import Position

Value = TypeVar("Value")
Word = TypeVar("Word", bound=str)

LONGEST_TEXT = 300
_SHOWN_NAME_LENGTH = 40


def refuse_parameter(name: str, code: str, message: str) -> NoReturn:
    """Raises InvalidInput that names the one parameter at fault."""
    raise InvalidInput("A query parameter is not valid.", problems=[FieldProblem(name, code, message)])


def refuse_unknown_parameters(request: Request, allowed: Iterable[str]) -> None:
    """Raises InvalidInput for a parameter that is not allowed, or that is given more than once."""
    known = sorted(allowed)
    for name, values in request.query_params.lists():
        shown = name[:_SHOWN_NAME_LENGTH]
        if name not in known:
            offered = f"there are: {', '.join(known)}" if known else "there are none here"
            refuse_parameter(shown, "unknown_parameter", f"There is no parameter “{shown}”; {offered}.")
        if len(values) > 1:
            refuse_parameter(shown, "repeated_parameter", "The parameter is given more than once.")


class QueryParameter(ABC, Generic[Value]):
    """One parameter of the query string. A subclass defines how it is read, and its JSON schema."""

    def __init__(self, name: str, description: str, *, examples: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.description = description
        self.examples = examples or {}

    def of(self, request: Request) -> Value:
        """Its value in the request, or its default. Raises InvalidInput, naming the parameter, if that is not valid."""
        return self.read(request.query_params.get(self.name))

    @abstractmethod
    def read(self, text: str | None) -> Value:
        """The value of the parameter's text, which is None if it is not given. Raises InvalidInput."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Its JSON schema, including the default."""


class Choice(QueryParameter[Word]):
    """One of a few words. An empty parameter counts as absent; without a default, the value is then the empty text."""

    def __init__(
        self,
        name: str,
        choices: Sequence[Word] | Callable[[], Sequence[Word]],
        description: str,
        *,
        default: Word | None = None,
    ) -> None:
        super().__init__(name, description)
        self._choices = choices
        self.default = default

    @property
    def choices(self) -> Sequence[Word]:
        """The words. A callable is called each time, because other apps may register more of them."""
        return self._choices() if callable(self._choices) else self._choices

    def read(self, text: str | None) -> Word:
        if not text:
            return self.default or cast(Word, "")
        for word in self.choices:
            if word == text:
                return word
        refuse_parameter(self.name, "invalid_choice", f"{self.name} must be one of {', '.join(self.choices)}.")

    def schema(self) -> dict[str, Any]:
        default = {"default": self.default} if self.default else {}
        return {"type": "string", "enum": sorted(self.choices), **default}


class Text(QueryParameter[str]):
    """Free text, empty if not given. `longest` limits text that becomes a key in the engine, whose keys are limited."""

    def __init__(self, name: str, description: str, *, longest: int | None = None) -> None:
        super().__init__(name, description)
        self.longest = longest

    def read(self, text: str | None) -> str:
        if text and self.longest and len(text) > self.longest:
            refuse_parameter(self.name, "too_long", f"{self.name} has at most {self.longest} characters.")
        return text or ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", **({"maxLength": self.longest} if self.longest else {})}


class RefusedParameter:
    """A parameter that only other views take, refused with its own message instead of "There is no parameter"."""

    def __init__(self, name: str, code: str, message: str) -> None:
        self.name = name
        self.code = code
        self.message = message

    def check(self, request: Request) -> None:
        """Raises InvalidInput if the request has it."""
        if self.name in request.query_params:
            refuse_parameter(self.name, self.code, self.message)


# --- Pages ---------------------------------------------------------------------------------------------------------

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
_SALT = "packprod.api.cursor:"


class _Limit(QueryParameter[int]):
    def read(self, text: str | None) -> int:
        if text is None:
            return DEFAULT_LIMIT
        if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= LARGEST_LIMIT:
            refuse_parameter("limit", "out_of_range", f"The limit must be a whole number from 1 to {LARGEST_LIMIT}.")
        return int(text)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}


LIMIT = _Limit("limit", "Rows a page.")
CURSOR = Text("cursor", "The `nextCursor` of the page before, of the same list with the same filters.")
PAGING = (LIMIT, CURSOR)
PAGE_PARAMETERS = ("limit", "cursor")


@dataclass(frozen=True, slots=True)
class PageParams:
    """How many rows a page has, and the position that it starts after; None for the first page."""

    limit: int
    position: Position | None


def page_params(request: Request, *, scope: str) -> PageParams:
    """The page that a request asks for. Raises InvalidInput for a bad `limit`, InvalidCursor for a bad `cursor`."""
    limit, cursor = LIMIT.of(request), CURSOR.of(request)
    return PageParams(limit=limit, position=Position.from_json(read_cursor(cursor, scope=scope)) if cursor else None)


def sign_cursor(position: Any, *, scope: str) -> str:
    """A signed cursor for `position`, any JSON value. `scope` holds what must not change: path, filters and sort."""
    return signing.dumps(position, salt=_SALT + scope, compress=True)


def read_cursor(cursor: str, *, scope: str) -> Any:
    """The position in a cursor. Raises InvalidCursor unless it was signed for this scope."""
    try:
        return signing.loads(cursor, salt=_SALT + scope)
    except (signing.BadSignature, ValueError) as exc:
        message = "This cursor was not made for this list; start again without it."
        raise InvalidCursor(message, problems=[FieldProblem("cursor", "invalid_cursor", message)]) from exc


# --- Files ---------------------------------------------------------------------------------------------------------

_FORMAT_DESCRIPTION = (
    "csv and xlsx give all of it as a file, by the same filters and sort, instants in the business time zone"
)
FORMATS = ("json", "csv", "xlsx")
FORMAT = Choice("format", FORMATS, f"{_FORMAT_DESCRIPTION}.", default="json")
LIST_FORMAT = Choice(
    "format", FORMATS, f"{_FORMAT_DESCRIPTION}; limit and cursor are refused with them.", default="json"
)


def requested_format(request: Request) -> Format | None:
    """The format of the file to answer with; None for a JSON answer.

    Raises InvalidInput for an unknown `format`, and for `limit` or `cursor` with a file, which has no pages.
    """
    name = FORMAT.of(request)
    if name == "json":
        return None
    for parameter in PAGE_PARAMETERS:
        if parameter in request.query_params:
            message = f"A {name} file holds the whole list; leave out {parameter}, or ask for format=json."
            refuse_parameter(parameter, "not_with_a_file", message)
    return cast(Format, name)
