"""Query parameters: a typo in one is an error, never a filter that silently did not apply."""

from collections.abc import Iterable
from typing import NoReturn

from rest_framework.request import Request

from packprod.errors import FieldProblem, InvalidInput

LONGEST_TEXT = 300
_SHOWN_NAME_LENGTH = 40


def refuse_unknown_parameters(request: Request, allowed: Iterable[str]) -> None:
    """Raises InvalidInput for a parameter that the view does not know, or that is given twice."""
    known = sorted(allowed)
    for name, values in request.query_params.lists():
        shown = name[:_SHOWN_NAME_LENGTH]
        if name not in known:
            offered = f"there are: {', '.join(known)}" if known else "there are none here"
            refuse_parameter(shown, "unknown_parameter", f"There is no parameter “{shown}”; {offered}.")
        if len(values) > 1:
            refuse_parameter(shown, "repeated_parameter", "The parameter is given more than once.")


def short_text(request: Request, name: str) -> str:
    """A free-text parameter, empty where not given. Raises InvalidInput for a long one: the engine bounds its keys."""
    text = request.query_params.get(name, "")
    if len(text) > LONGEST_TEXT:
        refuse_parameter(name, "too_long", f"{name} has at most {LONGEST_TEXT} characters.")
    return text


def refuse_parameter(name: str, code: str, message: str) -> NoReturn:
    """Raises InvalidInput that names the one parameter at fault."""
    raise InvalidInput("A query parameter is not valid.", problems=[FieldProblem(name, code, message)])
