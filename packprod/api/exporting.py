"""`?format=csv|xlsx` of every list and report: the whole of it as a file, by the same filters and sort."""

from typing import Literal

from rest_framework.request import Request

from packprod.api.choices import choice
from packprod.api.pagination import PAGE_PARAMETERS
from packprod.api.parameters import refuse_parameter
from packprod.exports.response import Format

FORMAT_PARAMETERS = ("format",)


def asked_format(request: Request) -> Format | None:
    """The file format asked for; None for the JSON answer.

    Raises InvalidInput naming `format`, and `limit` or `cursor` where a file is asked for: it has no pages.
    """
    name: Literal["json"] | Format = choice(request, "format", ("json", "csv", "xlsx"), default="json")  # type: ignore[assignment]
    if name == "json":
        return None
    for parameter in PAGE_PARAMETERS:
        if parameter in request.query_params:
            message = f"A {name} file holds the whole list; leave out {parameter}, or ask for format=json."
            refuse_parameter(parameter, "not_with_a_file", message)
    return name
