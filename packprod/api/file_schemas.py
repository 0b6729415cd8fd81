"""What the OpenAPI schema says of `?format=`: its parameters, and the files that answer."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from packprod.api.operations import query
from packprod.exports.response import CONTENT_TYPES

_DESCRIPTION = "The whole list or report as a file."
FILES = {
    (200, CONTENT_TYPES["csv"].partition(";")[0]): OpenApiResponse(OpenApiTypes.STR, _DESCRIPTION),
    (200, CONTENT_TYPES["xlsx"]): OpenApiResponse(OpenApiTypes.BINARY, _DESCRIPTION),
}
_FORMAT = "csv and xlsx give all of it as a file, by the same filters and sort, instants in the business time zone"


def _format(description: str) -> OpenApiParameter:
    return query("format", description, enum=["json", "csv", "xlsx"], default="json")


FORMAT = _format(f"{_FORMAT}.")
LIST_FORMAT = _format(f"{_FORMAT}; limit and cursor are refused with them.")
ROWS = query(
    "rows",
    "What a row of a file is: an order, or a line of an order (with csv and xlsx only).",
    enum=["orders", "items"],
    default="orders",
)
