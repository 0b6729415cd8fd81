"""`@operation`, the decorator of a view's method: checks the request's query parameters and documents the method.

    @operation(
        "listProducts",
        "List all products",
        tag="Products",
        query=(SEARCH, SORT, ORDER, *PAGING, LIST_FORMAT),
        answers={200: page_of(ProductJson, "A page of products.", example=PRODUCT, source="projection"), **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        \"\"\"Products by sort and search.\"\"\"  # the operation's description

`answer_of` documents an answer with a single object. packprod/api/answers.py says how their contents are defined.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

import orjson
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from msgspec import structs

from packprod.api.answers import Answer, MetaJson, Page, Pagination, Source
from packprod.api.errors import ErrorJson, ErrorMeta, error_json
from packprod.api.openapi import Body
from packprod.api.parameters import DEFAULT_LIMIT, QueryParameter, RefusedParameter, refuse_unknown_parameters
from packprod.api.permissions import requirement
from packprod.errors import FieldProblem
from packprod.exports.response import CONTENT_TYPES
from packprod.json_objects import to_json

Method = TypeVar("Method", bound=Callable[..., Any])

_FILE = "The whole list or report as a file."
FILES = {
    (200, CONTENT_TYPES["csv"].partition(";")[0]): OpenApiResponse(OpenApiTypes.STR, _FILE),
    (200, CONTENT_TYPES["xlsx"]): OpenApiResponse(OpenApiTypes.BINARY, _FILE),
}
ALWAYS = (400, 401, 403, 429, 503)
"""The error statuses that every operation can answer with."""
_WITH_A_BODY = (413, 415)


class OperationSchema(AutoSchema):
    """Adds the scope and the permission that the view requires to its description, and marks its body as required.

    drf-spectacular takes the body of a PATCH, or one that may be an array, for optional; ours never is.
    """

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's may return None
        described = str(super().get_description())
        if not self.view.permission_classes:
            return described
        (scope,) = requirement(self.view, "required_scope", self.method)
        permissions = _in_words(requirement(self.view, "required_permission", self.method))
        files = _in_words(getattr(self.view, "export_permission", ()))
        file = f", for a file also {files}" if files else ""
        return f"{described}\n\nA token needs the scope `{scope}`, a signed-in person {permissions}{file}."

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation and "requestBody" in operation:
            operation["requestBody"]["required"] = True
        return operation


def _in_words(permissions: Sequence[str]) -> str:
    """the permission `orders.view_order`"""
    words = " and ".join(f"`{one}`" for one in permissions)
    return f"the permission{'s' if len(permissions) > 1 else ''} {words}" if words else ""


def operation(
    operation_id: str,
    summary: str,
    *,
    tag: str,
    answers: Mapping[Any, OpenApiResponse],
    errors: Sequence[int] = ALWAYS,
    path: Sequence[OpenApiParameter] = (),
    headers: Sequence[OpenApiParameter] = (),
    query: Sequence[QueryParameter[Any] | RefusedParameter] | None = None,
    body: Any = None,
    bodies: Mapping[str, Any] | None = None,
) -> Callable[[Method], Method]:
    """Decorates a view's method, whose docstring becomes the description.

    `answers` are the successful answers by status, `errors` the error statuses. `query` names all parameters that the
    query string may have; if it is None, the query string is not checked. `body` is a Body or a schema, `bodies` holds
    examples of it by name.
    """
    parameters = [one for one in query or () if isinstance(one, QueryParameter)]
    refused = [one for one in query or () if isinstance(one, RefusedParameter)]
    statuses = sorted({*errors, *(_WITH_A_BODY if body else ())})
    describe = extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=[tag],
        parameters=[*path, *map(_query_parameter, parameters), *headers, *_ANSWER_HEADERS],
        request={"application/json": body} if body else None,
        responses={**answers, **{status: _error_answer(_KINDS[status]) for status in statuses}},
        examples=[
            OpenApiExample(name, value=_shown(value), request_only=True) for name, value in (bodies or {}).items()
        ],
    )

    def decorate(method: Method) -> Method:
        documented = method if query is None else _checked(method, parameters, refused)
        documented.kwargs = {"schema": OperationSchema}  # type: ignore[attr-defined]  # extend_schema builds upon it
        return describe(documented)

    return decorate


def _checked(method: Method, parameters: Sequence[QueryParameter[Any]], refused: Sequence[RefusedParameter]) -> Method:
    """The method, which from now on refuses every query parameter but these."""
    known = [one.name for one in parameters]

    @wraps(method)
    def checked(view: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        for one in refused:
            one.check(request)
        refuse_unknown_parameters(request, known)
        return method(view, request, *args, **kwargs)

    return cast(Method, checked)


# --- Parameters ----------------------------------------------------------------------------------------------------


def path_part(name: str, description: str) -> OpenApiParameter:
    """Documents a part of the address."""
    return OpenApiParameter(name, str, OpenApiParameter.PATH, description=description)


def header(name: str, description: str) -> OpenApiParameter:
    """Documents a header that the view reads."""
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


def _query_parameter(one: QueryParameter[Any]) -> OpenApiParameter:
    examples = [OpenApiExample(name, value) for name, value in one.examples.items()]
    return OpenApiParameter(
        one.name, one.schema(), OpenApiParameter.QUERY, description=one.description, examples=examples
    )


# --- Answers -------------------------------------------------------------------------------------------------------


def answer_of(
    data: Any, description: str, *, name: str = "", source: Source, examples: Mapping[str, Any]
) -> OpenApiResponse:
    """Documents an answer with a single object of the type `data`.

    `name` is the component's name, if that is not the name of `data` followed by `Answer`.
    """
    shown = {title: enveloped(value, source) for title, value in examples.items()}
    return response(Body(name or f"{_name(data)}Answer", Answer[data]), description, shown)


def page_of(row: Any, description: str, *, name: str = "", source: Source, example: Any) -> OpenApiResponse:
    """Documents an answer with a page of rows of the type `row`; `name` is as in `answer_of`, with `Page`."""
    pagination = Pagination(limit=DEFAULT_LIMIT, next_cursor=None, total=1)
    shown = Page(data=[example], meta=_meta(source), pagination=pagination, total=1)
    return response(Body(name or f"{_name(row)}Page", Page[row]), description, {"example": shown})


def response(body: Any, description: str, examples: Mapping[str, Any]) -> OpenApiResponse:
    """Documents an answer whose body has no envelope. `examples` are by name, such as `an_order`."""
    shown = [
        OpenApiExample(name, summary=name.replace("_", " ").capitalize(), value=_shown(value))
        for name, value in examples.items()
    ]
    return OpenApiResponse(body, description=description, examples=shown)


def _name(type_: Any) -> str:
    return str(type_.__name__).removesuffix("Json")


def enveloped(data: Any, source: Source) -> Answer[Any]:
    """Example data as a whole answer, with its meta."""
    return Answer(data=data, meta=_meta(source))


def _meta(source: Source) -> MetaJson:
    return MetaJson(cache_hit=source == "cache", response_time="8ms", request_id=_REQUEST_ID, source=source)


def _shown(value: Any) -> Any:
    """An example as JSON would be read back."""
    return orjson.loads(to_json(value))


# --- Errors --------------------------------------------------------------------------------------------------------


class _Kind(NamedTuple):
    description: str
    code: str
    message: str
    problem: FieldProblem | None = None


_REQUEST_ID = "4f6c2b0e9d1a47c8a3e5"
_LIMIT = FieldProblem("limit", "out_of_range", "The limit must be a whole number from 1 to 200.")
_DIFFERS = FieldProblem("total", "differs", "total differs from the stored order.")
_KINDS = {
    400: _Kind("What was sent is not valid.", "validation_failed", "A query parameter is not valid.", _LIMIT),
    401: _Kind("No token, or a wrong one.", "authentication_failed", "The API token is unknown or revoked."),
    403: _Kind("The scope or permission is missing.", "permission_denied", "This API token lacks the scope api:read."),
    404: _Kind("There is no such thing.", "not_found", "There is no order 7f3a."),
    409: _Kind(
        "The order exists with other content.", "order_conflict", "Order ORD-12345 exists with other content.", _DIFFERS
    ),
    413: _Kind("The body is over 5 MiB.", "payload_too_large", "The body is larger than 5 MiB; send fewer orders."),
    415: _Kind("The body is not declared as JSON.", "unsupported_media_type", "Unsupported media type “text/plain”."),
    429: _Kind("Too many requests; see Retry-After.", "throttled", "Request was throttled."),
    503: _Kind("The engine cannot be reached; see Retry-After.", "engine_unavailable", "Try again shortly."),
}


def _error_answer(kind: _Kind) -> OpenApiResponse:
    problems = [kind.problem] if kind.problem else []
    example = error_json(code=kind.code, message=kind.message, problems=problems)
    shown = structs.replace(example, meta=ErrorMeta(request_id=_REQUEST_ID))
    return response(ErrorJson, kind.description, {"example": shown})


def _header(name: str, kind: type, description: str, statuses: list[int] | bool) -> OpenApiParameter:
    return OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, required=True, description=description, response=statuses
    )


_ANSWER_HEADERS = (
    _header("X-Request-ID", str, "The request's id: the caller's own, if it was short and plain.", True),
    _header("WWW-Authenticate", str, "How to authenticate.", [401]),
    _header("Retry-After", int, "Seconds to wait before the next try.", [429, 503]),
)
