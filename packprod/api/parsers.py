"""The JSON body of a request, as DRF reads it."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from packprod.api.errors import PayloadTooLarge
from packprod.exact_json import InvalidJson, parse_json


class JsonParser(BaseParser):
    """Floats and very long integers arrive as Decimal. Raises InvalidJson or PayloadTooLarge."""

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
    """The request's JSON. Use it instead of `request.data`, which takes an empty body for an empty object."""
    data = request.data
    if request.stream is None:
        raise InvalidJson("The body is empty; JSON is needed.")
    return data
