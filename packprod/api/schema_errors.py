"""The error answers of the OpenAPI schema (contract, section 5), each with an example."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from collections.abc import Iterable
from typing import Any, NamedTuple

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from packprod.api.error_body import error_body
from packprod.api.schemas import Documented, answer
from packprod.errors import FieldProblem


class FieldProblemSerializer(Documented):
    """One thing wrong with one field."""

    field = serializers.CharField(help_text="A dotted path, such as `items.0.quantity`.")
    code = serializers.CharField(help_text="For machines.")
    message = serializers.CharField(help_text="For people.")


class ErrorCauseSerializer(Documented):
    """What is wrong."""

    code = serializers.CharField(help_text="For machines.")
    message = serializers.CharField(help_text="For people.")
    details = FieldProblemSerializer(many=True, help_text="Every problem found; empty where no field is at fault.")


class ErrorMetaSerializer(Documented):
    """Which request failed."""

    requestId = serializers.CharField(help_text="Name it when you ask for help: the log has it too.")


class ErrorSerializer(Documented):
    """Every answer from 400 on."""

    error = ErrorCauseSerializer()
    detail = serializers.CharField(help_text="One full sentence that names the problem.")
    meta = ErrorMetaSerializer()


class _Kind(NamedTuple):
    description: str
    code: str
    message: str
    problem: FieldProblem | None = None


REQUEST_ID = "4f6c2b0e9d1a47c8a3e5"
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
ALWAYS = (400, 401, 403, 429, 503)
WITH_A_BODY = (413, 415)


def error_answers(statuses: Iterable[int]) -> dict[int, OpenApiResponse]:
    """The documented error of each status."""
    return {status: _answer(_KINDS[status]) for status in sorted(statuses)}


def _answer(kind: _Kind) -> OpenApiResponse:
    problems = [kind.problem] if kind.problem else []
    body: dict[str, Any] = error_body(code=kind.code, message=kind.message, problems=problems)
    return answer(ErrorSerializer, kind.description, example=body | {"meta": {"requestId": REQUEST_ID}})


def _header(name: str, kind: type, description: str, statuses: list[int] | bool) -> OpenApiParameter:
    return OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, required=True, description=description, response=statuses
    )


ANSWER_HEADERS = (
    _header("X-Request-ID", str, "The request's id: the caller's own, if it was short and plain.", True),
    _header("WWW-Authenticate", str, "How to authenticate.", [401]),
    _header("Retry-After", int, "Seconds to wait before the next try.", [429, 503]),
)
