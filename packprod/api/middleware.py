"""Middleware around every request: its id and clock, its log line and metrics, and the limit of its body."""

import re
from collections.abc import Callable
from io import BytesIO

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from packprod.api.errors import as_http, handle_exception, speaks_json
from packprod.api.json import PayloadTooLarge
from packprod.observability import metrics
from packprod.observability.request_context import RequestContext, enter_request

GetResponse = Callable[[HttpRequest], HttpResponseBase]
REQUEST_ID_HEADER = "X-Request-ID"
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
        given = request.headers.get(REQUEST_ID_HEADER, "")
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
    metrics.HTTP_REQUESTS.labels(method, route, response.status_code).inc()
    metrics.HTTP_SECONDS.labels(method, route).observe(ms / 1000)
    metrics.ENGINE_CALLS.labels(method, route).inc(context.engine.calls)
    metrics.ENGINE_ITEMS.labels(method, route).inc(context.engine.items)
    metrics.ENGINE_BYTES.labels(method, route).inc(context.engine.bytes)
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


class BodyLimitMiddleware:
    """Answers 413 if the body of a request for a JSON address is over the limit.

    It also reads chunked bodies, which Django would take for empty ones.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if speaks_json(request) and self._too_large(request):
            return as_http(handle_exception(PayloadTooLarge()))
        return self.get_response(request)

    def _too_large(self, request: HttpRequest) -> bool:
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
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
