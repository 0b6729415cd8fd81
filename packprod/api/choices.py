"""Reading a query parameter by its name, for the views that do not declare their parameters yet."""

from collections.abc import Sequence

from rest_framework.request import Request

from packprod.api.parameters import LONGEST_TEXT, refuse_parameter


def choice(request: Request, name: str, choices: Sequence[str], *, default: str) -> str:
    """The word given, else the default; an empty parameter counts as absent. Raises InvalidInput naming it."""
    given = request.query_params.get(name, "")
    if not given:
        return default
    if given not in choices:
        refuse_parameter(name, "invalid_choice", f"{name} must be one of {', '.join(choices)}.")
    return given


def short_text(request: Request, name: str) -> str:
    """A free-text parameter, empty where not given. Raises InvalidInput for a long one: the engine bounds its keys."""
    text = request.query_params.get(name, "")
    if len(text) > LONGEST_TEXT:
        refuse_parameter(name, "too_long", f"{name} has at most {LONGEST_TEXT} characters.")
    return text
