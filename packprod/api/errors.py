"""Error answers: the one form that every answer from 400 on has, and the one place that turns exceptions into it.

It handles our own exceptions, DRF's, Django's and those of an unreachable SQL database, and also requests that no view
answers (handler400 to handler500).
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from msgspec import Meta, field
from rest_framework import exceptions as drf
from rest_framework.response import Response

from packprod.api.answers import JsonObject
from packprod.api.json import PayloadTooLarge
from packprod.api.throttling import RefusedThrottle
from packprod.errors import FieldProblem, ListBeingBuilt, PackProdError, full_sentence
from packprod.json_objects import to_json
from packprod.observability.request_context import current_request

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = 5
_DATABASE_LOST = (OperationalError, InterfaceError)


class FieldProblemJson(JsonObject):
    """One thing wrong with one field."""

    field: Annotated[str, Meta(description="A dotted path, such as `items.0.quantity`.")]
    code: Annotated[str, Meta(description="For machines.")]
    message: Annotated[str, Meta(description="For people.")]


class ErrorCause(JsonObject):
    """What is wrong."""

    code: Annotated[str, Meta(description="For machines.")]
    message: Annotated[str, Meta(description="For people.")]
    details: Annotated[
        list[FieldProblemJson], Meta(description="Every problem found; empty where no field is at fault.")
    ]


class ErrorMeta(JsonObject):
    """Which request failed."""

    request_id: Annotated[str, Meta(description="Name it when you ask for help: the log has it too.")] = field(
        name="requestId"
    )


class ErrorJson(JsonObject):
    """Every answer from 400 on."""

    error: ErrorCause
    detail: Annotated[str, Meta(description="One full sentence that names the problem.")]
    meta: ErrorMeta


def error_json(*, code: str, message: str, problems: Sequence[FieldProblem] = (), detail: str = "") -> ErrorJson:
    """The body of an error (contract, section 5).

    `detail` is one full sentence, which n8n shows to its user. Without it, a sentence is made that names the first
    field at fault and counts the others.
    """
    details = [FieldProblemJson(field=one.field, code=one.code, message=one.message) for one in problems]
    return ErrorJson(
        error=ErrorCause(code=code, message=message, details=details),
        detail=detail or full_sentence(message, problems),
        meta=ErrorMeta(request_id=current_request().id),
    )


def handle_exception(exc: Exception, context: Mapping[str, Any] | None = None) -> Response:
    """The answer to an exception, without internals: DRF's EXCEPTION_HANDLER, also used by the handlers below."""
    if isinstance(exc, PackProdError):
        return _domain_error(exc)
    if isinstance(exc, drf.APIException):
        return _drf_error(_slowed_down(exc, context))
    if isinstance(exc, _DATABASE_LOST):
        log.error("SQL database unavailable", exc_info=exc)
        return _unavailable("database_unavailable", "The database cannot be reached; try again shortly.")
    return _django_error(exc)


def _domain_error(exc: PackProdError) -> Response:
    if exc.status == 500:
        return _unexpected(exc)
    if exc.status == 503 and not isinstance(exc, ListBeingBuilt):
        log.error("Engine unavailable", exc_info=exc)
    if exc.status in (429, 503):
        return _unavailable(exc.code, exc.message, status=exc.status)
    body = error_json(code=exc.code, message=exc.message, problems=exc.problems, detail=exc.sentence)
    return Response(body, status=exc.status)


def _slowed_down(exc: drf.APIException, context: Mapping[str, Any] | None) -> drf.APIException:
    """The exception to answer with: 429 once an address has been refused too often, otherwise `exc` itself."""
    if context is None or not isinstance(exc, drf.NotAuthenticated | drf.AuthenticationFailed):
        return exc
    throttle = RefusedThrottle()
    allowed = throttle.allow_request(context["request"], context["view"])
    return exc if allowed else drf.Throttled(throttle.wait())


def _drf_error(exc: drf.APIException) -> Response:
    problems = _problems(exc.detail) if isinstance(exc, drf.ValidationError) else []
    message = "What was sent is not valid." if problems else str(exc.detail)
    code = "validation_failed" if problems else str(exc.get_codes())
    return Response(
        error_json(code=code, message=message, problems=problems),
        status=exc.status_code,
        headers=_headers(exc),
    )


def _headers(exc: drf.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _problems(detail: Any, path: str = "") -> list[FieldProblem]:
    """DRF's nested validation errors, with dotted paths."""
    if isinstance(detail, dict):
        return [p for key, inner in detail.items() for p in _problems(inner, f"{path}.{key}".lstrip("."))]
    if isinstance(detail, list):
        numbered = any(isinstance(inner, dict | list) for inner in detail)
        return [
            p
            for index, inner in enumerate(detail)
            for p in _problems(inner, f"{path}.{index}".lstrip(".") if numbered else path)
        ]
    return [FieldProblem(path, str(detail.code), str(detail))]


def _django_error(exc: Exception) -> Response:
    match exc:
        case Http404():
            return _plain(404, "not_found", "There is nothing at this address.")
        case PermissionDenied():
            return _plain(403, "permission_denied", "You may not do this.")
        case RequestDataTooBig():
            return _plain(413, PayloadTooLarge.default_code, PayloadTooLarge.default_detail)
        case SuspiciousOperation():
            return _plain(400, "bad_request", "The request cannot be understood.")
        case _:
            return _unexpected(exc)


def _unexpected(exc: Exception) -> Response:
    log.error("Unexpected error", exc_info=exc)
    return _plain(500, "internal_error", "Something went wrong on our side; the log has it under this requestId.")


def _unavailable(code: str, message: str, *, status: int = 503) -> Response:
    return Response(
        error_json(code=code, message=message), status=status, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}
    )


def _plain(status: int, code: str, message: str) -> Response:
    return Response(error_json(code=code, message=message), status=status)


# --- Where no view of the API answers --------------------------------------------------------------------------------

_EXACT = frozenset({"/api", "/admin/contacts/import", "/healthz", "/readyz"})


def speaks_json(request: HttpRequest) -> bool:
    """Whether the address is one of the API, the import or the probes, with or without a trailing slash."""
    return request.path.startswith("/api/") or request.path.rstrip("/") in _EXACT


def as_http(response: Response) -> HttpResponse:
    """A DRF response as a Django response, for use outside DRF's views."""
    headers = {**dict(response.items()), "Content-Type": "application/json"}
    return HttpResponse(to_json(response.data), status=response.status_code, headers=headers)


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """The last route under /api/: answers 404, whatever the method."""
    return as_http(handle_exception(Http404()))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler400: for hosts, headers and forms that Django refuses."""
    if speaks_json(request):
        return as_http(handle_exception(exception))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler403."""
    if speaks_json(request):
        return as_http(handle_exception(PermissionDenied()))
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler404."""
    if speaks_json(request):
        return as_http(handle_exception(Http404()))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """handler500. Django calls it while the exception is being handled, so an unreachable database is still a 503."""
    exception = sys.exc_info()[1]
    if speaks_json(request) and isinstance(exception, Exception):
        return as_http(handle_exception(exception))
    return defaults.server_error(request)
