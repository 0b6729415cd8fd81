"""The one place that turns exceptions into answers: ours, DRF's, Django's and a lost SQL database."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions as drf
from rest_framework.response import Response

from packprod.api.error_body import error_body
from packprod.api.throttling import RefusedThrottle
from packprod.errors import FieldProblem, ListBeingBuilt, PackProdError

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = 5
_DATABASE_LOST = (OperationalError, InterfaceError)


class PayloadTooLarge(drf.APIException):
    """The body is over the limit."""

    status_code = 413
    default_code = "payload_too_large"
    default_detail = "The body is larger than 5 MiB; send fewer orders at once."


def handle_exception(exc: Exception, context: Mapping[str, Any] | None = None) -> Response:
    """DRF's EXCEPTION_HANDLER, and that of Django's error views. Never raises, never tells internals."""
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
    body = error_body(code=exc.code, message=exc.message, problems=exc.problems, detail=exc.sentence)
    return Response(body, status=exc.status)


def _slowed_down(exc: drf.APIException, context: Mapping[str, Any] | None) -> drf.APIException:
    """Whoever is refused too often from one address gets 429; DRF itself counts only those it lets in."""
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
        error_body(code=code, message=message, problems=problems),
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
    """A serializer's nested errors as dotted paths."""
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
        case DjangoPermissionDenied():
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
        error_body(code=code, message=message), status=status, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}
    )


def _plain(status: int, code: str, message: str) -> Response:
    return Response(error_body(code=code, message=message), status=status)
