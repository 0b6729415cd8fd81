"""How a view's method describes itself in the OpenAPI schema."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from packprod.api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT
from packprod.api.permissions import requirement
from packprod.api.schema_errors import ALWAYS, ANSWER_HEADERS, WITH_A_BODY, error_answers

Method = TypeVar("Method", bound=Callable[..., Any])


class OperationSchema(AutoSchema):
    """Adds to the method's docstring who may call it, as the view itself has it, and says that a body is needed.

    drf-spectacular takes the body of a PATCH, and one that may be an array, for optional; ours never is.
    """

    def get_description(self) -> str:  # type: ignore[override]
        told = str(super().get_description())
        if not self.view.permission_classes:
            return told
        scope = requirement(self.view, "required_scope", self.method)
        permission = requirement(self.view, "required_permission", self.method)
        return f"{told}\n\nA token needs the scope `{scope}`, a signed-in person the permission `{permission}`."

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation and "requestBody" in operation:
            operation["requestBody"]["required"] = True
        return operation


def documented(
    operation_id: str,
    summary: str,
    *,
    tag: str,
    answers: Mapping[Any, OpenApiResponse],
    errors: Sequence[int] = ALWAYS,
    parameters: Sequence[OpenApiParameter] = (),
    body: Any = None,
    bodies: Mapping[str, Any] | None = None,
) -> Callable[[Method], Method]:
    """Decorates a view's method; its docstring is the description.

    `answers` by status, `errors` the other statuses, `body` a serializer or a schema, `bodies` examples of it by name.
    """
    statuses = {*errors, *(WITH_A_BODY if body else ())}
    sent = [OpenApiExample(name, value=value, request_only=True) for name, value in (bodies or {}).items()]

    def decorate(method: Method) -> Method:
        method.kwargs = {"schema": OperationSchema}  # type: ignore[attr-defined]  # extend_schema builds upon it
        describe: Callable[[Method], Method] = extend_schema(
            operation_id=operation_id,
            summary=summary,
            tags=[tag],
            parameters=[*parameters, *ANSWER_HEADERS],
            request={"application/json": body} if body else None,
            responses={**answers, **error_answers(statuses)},
            examples=sent,
        )
        return describe(method)

    return decorate


def query(name: str, description: str, kind: Any = str, **options: Any) -> OpenApiParameter:
    """One query parameter; `options` are those of OpenApiParameter (enum, default, examples)."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **options)


def path(name: str, description: str) -> OpenApiParameter:
    """One part of the address."""
    return OpenApiParameter(name, str, OpenApiParameter.PATH, description=description)


_LIMIT = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT}
PAGING = (
    query("limit", "Rows a page.", _LIMIT, default=DEFAULT_LIMIT),
    query("cursor", "The `nextCursor` of the page before, of the same list with the same filters."),
)
