"""Middleware around every request: its id and clock, its log line and metrics, and the short way of the API."""

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO

import structlog
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.template.response import SimpleTemplateResponse
from django.urls import get_resolver

from packprod.api.addresses import exact_arguments
from packprod.api.errors import as_http, handle_exception, speaks_json
from packprod.api.json import PayloadTooLarge
from packprod.api.people import PersonMiddleware
from packprod.observability import metrics
from packprod.observability.request_context import RequestContext, enter_request

GetResponse = Callable[[HttpRequest], HttpResponseBase]
REQUEST_ID_HEADER = "X-Request-ID"
_GIVEN_ID = "HTTP_X_REQUEST_ID"
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

LONGEST_DRAIN = 16 * 1024 * 1024
_DRAIN_STEP = 64 * 1024

log = structlog.get_logger("packprod.request")


class RequestContextMiddleware:
    """First in the chain: gives the request its id, then logs and counts it.

    The id is the caller's X-Request-ID if that is short and plain, otherwise a new one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get(_GIVEN_ID, "")
        context = RequestContext(id=given) if _SAFE_ID.fullmatch(given) else RequestContext()
        enter_request(context)
        try:
            with (
                structlog.contextvars.bound_contextvars(request_id=context.id),
                metrics.HTTP_IN_PROGRESS.track_inprogress(),
            ):
                response = self.get_response(request)
                _record(request, response, context)
        finally:
            enter_request(None)
        response[REQUEST_ID_HEADER] = context.id
        return response


def _record(request: HttpRequest, response: HttpResponseBase, context: RequestContext) -> None:
    """Logs and counts an answered request by its route, never by its path: paths and query strings can hold names."""
    route = request.resolver_match.route if request.resolver_match else "unmatched"
    method = request.method if request.method in _METHODS else "other"
    ms = context.elapsed_ms()
    metrics.request_answered(method, route, response.status_code, seconds=ms / 1000, engine=context.engine)
    log.info(
        "Request answered",
        method=method,
        route=route,
        status=response.status_code,
        ms=round(ms, 1),
        engine_calls=context.engine.calls,
        engine_items=context.engine.items,
        engine_bytes=context.engine.bytes,
    )


class HeadMiddleware:
    """Answers HEAD without a body but with the length of the body that GET would have.

    gunicorn would log a warning for a body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD":
            _drop_body(response)
        return response


def _drop_body(response: HttpResponseBase) -> None:
    match response:
        case StreamingHttpResponse():
            response.streaming_content = ()  # what was to be sent is closed with the response, and never run
        case HttpResponse():
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""


class ApiMiddleware:
    """Answers addresses that speak JSON by itself: what comes behind it is for pages.

    A program has no use for forms of sign-in, messages, static files and pages of errors. What it needs of them is done
    here, by Django's own middleware: the redirect to HTTPS, the check of the host, the session of a person, the headers
    that protect a browser. CSRF is checked by DRF, for sessions. A body over the limit is a 413.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._security = SecurityMiddleware(_empty)
        self._session = SessionMiddleware(_empty)
        self._person = PersonMiddleware(_empty)
        self._fixed_headers = cache(_fixed_headers)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not speaks_json(request):
            return self.get_response(request)
        response = self._security.process_request(request) or self._answered(request)
        for name, value in self._fixed_headers(request.is_secure()):
            response.headers.setdefault(name, value)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # raises DisallowedHost
        if _too_large(request):
            return as_http(handle_exception(PayloadTooLarge()))
        self._session.process_request(request)
        self._person.process_request(request)
        return self._session.process_response(request, _answer(request))  # type: ignore[arg-type]  # files are no HttpResponse


def _empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@convert_exception_to_response
def _answer(request: HttpRequest) -> HttpResponseBase:
    """What the view of the address answers, as Django's handler would call it."""
    match = request.resolver_match = get_resolver().resolve(request.path_info)
    response: HttpResponseBase = match.func(request, *match.args, **exact_arguments(request, match.kwargs))
    return response.render() if isinstance(response, SimpleTemplateResponse) else response


def _fixed_headers(secure: bool) -> tuple[tuple[str, str], ...]:
    """What protects a browser from an answer; the same for all of them."""
    scheme = "https" if secure else "http"
    request = WSGIRequest({"REQUEST_METHOD": "GET", "wsgi.input": BytesIO(), "wsgi.url_scheme": scheme})
    response = HttpResponse(headers={"Content-Type": ""})
    for middleware in (XFrameOptionsMiddleware(_empty), CSPMiddleware(_empty), SecurityMiddleware(_empty)):
        middleware.process_response(request, response)
    return tuple((name, value) for name, value in response.items() if value)


def _too_large(request: HttpRequest) -> bool:
    """Whether the body is over the limit. Chunked bodies, which Django would take for empty ones, are read for it."""
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return not _buffer_chunked_body(request)
    length = request.META.get("CONTENT_LENGTH") or "0"
    too_large = length.isdecimal() and int(length) > settings.PACKPROD_MAX_BODY_BYTES
    if too_large:
        _drain(request, at_most=int(length))
    return too_large


def _buffer_chunked_body(request: HttpRequest) -> bool:
    """Replaces a chunked body by one of known length. False if it is over the limit; then it is dropped."""
    raw = request.META["wsgi.input"].read(settings.PACKPROD_MAX_BODY_BYTES + 1)
    if len(raw) > settings.PACKPROD_MAX_BODY_BYTES:
        _drain(request, at_most=LONGEST_DRAIN)
        return False
    request.META["CONTENT_LENGTH"] = str(len(raw))
    request._stream = BytesIO(raw)
    return True


def _drain(request: HttpRequest, *, at_most: int) -> None:
    """Reads and drops the rest of a refused body. If bytes were left unread, closing would lose the answer, too."""
    left = min(at_most, LONGEST_DRAIN)
    while left > 0 and (step := request.META["wsgi.input"].read(min(left, _DRAIN_STEP))):
        left -= len(step)
