"""HEAD: the headers of GET and not one byte of a body, from the WSGI application itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client, RequestFactory

from packprod.api.middleware import HeadMiddleware
from packprod.api.tokens import token_create
from packprod.dates import utc_now


def _sent(**asked: Any) -> tuple[dict[str, str], bytes]:
    headers: dict[str, str] = {}
    environ = RequestFactory().generic("HEAD", **asked).environ
    start: Any = lambda _status, pairs, *_: headers.update(pairs)  # noqa: E731 - the type of WSGI's has overloads
    answer: Any = WSGIHandler()(environ, start)
    body = b"".join(answer)
    answer.close()
    return headers, body


@pytest.mark.parametrize("path", ["/healthz", "/api/echo", "/api/nothing", "/admin/login/"])
def test_no_body_but_its_length(client: Client, path: str) -> None:
    headers, body = _sent(path=path)
    assert body == b""
    assert int(headers["Content-Length"]) > 10


def test_a_file_is_not_made() -> None:
    ended = []

    def chunks() -> Iterator[bytes]:
        try:
            yield b"first"
            raise AssertionError("never reached: nobody asked for the body")
        finally:
            ended.append(True)

    body = chunks()
    next(body)

    def view(_request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(body)

    response = HeadMiddleware(view)(RequestFactory().head("/"))
    assert list(response) == []
    response.close()
    assert ended == [True]


def test_a_download_sends_nothing() -> None:
    _, key = token_create(name="test", scopes=("api:read",), now=utc_now())
    headers, body = _sent(path="/api/lines", QUERY_STRING="count=5", HTTP_AUTHORIZATION=f"Token {key}")
    assert (headers["Content-Type"], body) == ("text/csv; charset=utf-8", b"")
