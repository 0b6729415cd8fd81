"""DRF's JSON renderer and parser: numbers are exact both ways, and answers are JSON whatever Accept says."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import exceptions as drf
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from packprod.exact_json import InvalidJson, parse_json
from packprod.json_objects import to_json

# --- Out -----------------------------------------------------------------------------------------------------------


class JsonRenderer(BaseRenderer):
    """DRF's renderer: answers with `to_json`."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8 by definition

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else to_json(data)


class AlwaysFirst(BaseContentNegotiation):
    """DRF's content negotiation: always the view's first renderer, because a client that asks for HTML needs its answer
    as well. Compressed bodies are refused."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type

    def select_parser(self, request: Request, parsers: Any) -> BaseParser:

        encoding = request.headers.get("Content-Encoding", "identity")
        if encoding.lower() != "identity":
            raise drf.UnsupportedMediaType(encoding, "The body must not be compressed: leave out Content-Encoding.")
        parser = DefaultContentNegotiation().select_parser(request, parsers)
        if parser is None:
            raise drf.UnsupportedMediaType(request.content_type, _json_needed(request.content_type))
        return parser


def _json_needed(content_type: str) -> str:
    sent = content_type.partition(";")[0].strip()
    was = f"was sent as {sent[:50]}" if sent.isprintable() and sent else "has no Content-Type"
    return (
        f"The body {was}; it must be JSON, with the header Content-Type: application/json. "
        "In n8n's HTTP Request node choose Body Content Type JSON."
    )


# --- In ------------------------------------------------------------------------------------------------------------


class PayloadTooLarge(drf.APIException):
    """413: the body is over the limit."""

    status_code = 413
    default_code = "payload_too_large"
    default_detail = "The body is larger than 5 MiB; send fewer orders at once."


class JsonParser(BaseParser):
    """DRF's parser: floats and very long integers become Decimal. Raises InvalidJson or PayloadTooLarge."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(settings.PACKPROD_MAX_BODY_BYTES + 1)
        if len(raw) > settings.PACKPROD_MAX_BODY_BYTES:
            raise PayloadTooLarge
        return parse_json(raw)


def json_body(request: Request) -> Any:
    """The request's body. Raises InvalidJson if it is empty, which `request.data` would take for an empty object."""
    data = request.data
    if request.stream is None:
        raise InvalidJson("The body is empty; JSON is needed.")
    return data
