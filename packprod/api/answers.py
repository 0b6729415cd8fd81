"""The envelope of every answer, and the base class of what answers hold: one definition both renders and documents.

An answer holds a `JsonObject` with typed fields. The view builds it and passes it to `ok`; `to_json` renders it. The
view's `@operation` names the same class, and packprod/api/openapi.py makes the OpenAPI schema from its fields:

    class ProductJson(JsonObject):
        \"\"\"A product's figures over all orders that count.\"\"\"  # the component's description

        product_code: str                                      # `productCode` in JSON and in the schema
        revenue: Annotated[Money, Meta(description="Σ quantity × unitPrice.")]
        orders: Annotated[int, Meta(ge=1)]
        last_order_date: Instant
        state: Annotated[str, one_of(STATES)]                  # an enum of the constants that the rules use
        partner: PartnerJson | None                            # nullable
        total: int | UnsetType = UNSET                         # left out unless set

The component is named after the class, without `Json`. `Meta` is msgspec's: description, bounds, pattern. For a value
of one of several types, the schema needs a `OneOf`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Literal, TypeVar, get_args

from msgspec import UNSET, Meta, UnsetType, field
from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request
from rest_framework.response import Response

from packprod.api.parameters import LARGEST_LIMIT, PageParams, sign_cursor
from packprod.json_objects import Instant as Instant  # these are what most answers are declared with
from packprod.json_objects import JsonObject as JsonObject
from packprod.json_objects import Money as Money
from packprod.json_objects import contract_name as contract_name
from packprod.observability.request_context import current_request
from packprod.readmodels.lists.walk import Position

if TYPE_CHECKING:  # DRF loads this module while it loads its own views
    from rest_framework.views import APIView

Source = Literal["cache", "projection", "orders"]
Data = TypeVar("Data")

Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]
"""A calendar day, ISO 8601."""
Count = Annotated[int, Meta(ge=0)]


def one_of(values: Sequence[Any], description: str | None = None) -> Meta:
    """Documents the values that a field can have; pass the constants that the rules use."""
    return Meta(description=description, extra_json_schema={"enum": list(values)})


class OneOf:
    """A value of one of several types. In the schema it is a component named after the subclass, without `Json`."""

    options: ClassVar[tuple[Any, ...]]


class MetaJson(JsonObject):
    """How the answer came about."""

    cache_hit: Annotated[bool, Meta(description="Whether a read model had the answer ready.")]
    response_time: Annotated[
        str, Meta(pattern="^[0-9]+ms$", description="Time from the request's arrival to this answer.")
    ]
    request_id: Annotated[str, Meta(description="Also in X-Request-ID and in every log line of the request.")] = field(
        name="requestId"
    )
    source: Annotated[str, one_of(get_args(Source), "What was read.")]
    rebuilding: (
        Annotated[
            bool,
            Meta(
                description="Only there (true) while a rebuild by changed settings is not done: figures of reports may"
                " be old."
            ),
        ]
        | UnsetType
    ) = UNSET


class Pagination(JsonObject):
    """Where the page ends."""

    limit: Annotated[int, Meta(ge=1, le=LARGEST_LIMIT)]
    next_cursor: Annotated[str | None, Meta(description="The next page's `cursor`; null on the last page.")]
    total: Annotated[Count, Meta(description="The same as the list's `total`.")] | UnsetType = UNSET


class Answer(JsonObject, Generic[Data]):
    """The body of every successful answer (contract, section 6)."""

    data: Data
    meta: MetaJson


class Page(Answer[list[Data]], Generic[Data]):
    """The body of every list's answer."""

    pagination: Pagination
    total: (
        Annotated[
            Count,
            Meta(
                description="How many rows the whole list has; only where that is known without reading more than the"
                " page."
            ),
        ]
        | UnsetType
    ) = UNSET


def ok(
    data: Any,
    *,
    source: Source,
    cache_hit: bool = False,
    pagination: Pagination | None = None,
    status: int = 200,
    rebuilding: bool = False,
) -> Response:
    """An answer with its meta; with `pagination`, a page.

    `rebuilding` adds to the meta that figures may be old, because a rebuild by changed settings is not done yet.
    """
    meta = answer_meta(source=source, cache_hit=cache_hit, rebuilding=rebuilding)
    if pagination is None:
        return Response(Answer(data=data, meta=meta), status=status)
    return Response(Page(data=data, meta=meta, pagination=pagination, total=pagination.total), status=status)


def answer_meta(*, source: Source, cache_hit: bool = False, rebuilding: bool = False) -> MetaJson:
    """The meta of the answer to the current request, as `ok` makes it."""
    request = current_request()
    return MetaJson(
        cache_hit=cache_hit,
        response_time=f"{round(request.elapsed_ms())}ms",
        request_id=request.id,
        source=source,
        rebuilding=rebuilding or UNSET,
    )


def pagination(page: PageParams, *, next_position: Position | None, scope: str, total: int | None = None) -> Pagination:
    """The pagination of a page. `next_position` is None on the last page; `total` is None if the count is not known."""
    return Pagination(
        limit=page.limit,
        next_cursor=None if next_position is None else sign_cursor(next_position.as_json(), scope=scope),
        total=UNSET if total is None else total,
    )


class AllowedMethods(BaseMetadata):
    """The answer to OPTIONS: DRF's DEFAULT_METADATA_CLASS."""

    def determine_metadata(self, request: Request, view: "APIView") -> Any:
        return ok({"allowedMethods": view.allowed_methods}, source="projection").data
