"""A query parameter that takes one of a few words."""

from collections.abc import Sequence

from rest_framework.request import Request

from packprod.api.parameters import refuse_parameter


def choice(request: Request, name: str, choices: Sequence[str], *, default: str) -> str:
    """The word given, else the default; an empty parameter counts as absent. Raises InvalidInput naming it."""
    given = request.query_params.get(name, "")
    if not given:
        return default
    if given not in choices:
        refuse_parameter(name, "invalid_choice", f"{name} must be one of {', '.join(choices)}.")
    return given
