"""For the apps whose answers are still documented by serializers that no request passes through."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema_field, inline_serializer
from rest_framework import serializers

from packprod.api.answers import MetaJson, Source
from packprod.api.operations import documented as documented
from packprod.api.operations import response

Documented = serializers.Serializer[Any]


@extend_schema_field({"type": "number"})
class Money(serializers.Field[Any, Any, Any, Any]):
    """A JSON number with its exact decimal digits, in PACKPROD_CURRENCY."""


@extend_schema_field(cast(Any, MetaJson))
class _Meta(serializers.Field[Any, Any, Any, Any]):
    """How the answer came about."""


def component(name: str, **fields: serializers.Field[Any, Any, Any, Any]) -> serializers.Serializer[Any]:
    """A component with fields whose names Python has other uses for, or that come from elsewhere."""
    made: serializers.Serializer[Any] = inline_serializer(name, fields)
    return made


def envelope(name: str, data: Any, **more: Any) -> serializers.Serializer[Any]:
    """The body `{"data", "meta"}` and whatever fields `more` holds; `name` is its component in the schema."""
    body: serializers.Serializer[Any] = inline_serializer(name, fields={"data": data, "meta": _Meta(), **more})
    return body


def enveloped(data: Any, *, source: Source, **more: Any) -> dict[str, Any]:
    """An example of such a body."""
    meta = {
        "cacheHit": source == "cache",
        "responseTime": "8ms",
        "requestId": "4f6c2b0e9d1a47c8a3e5",
        "source": source,
    }
    return {"data": data, "meta": meta, **more}


def answer(body: Any, description: str, **examples: Any) -> OpenApiResponse:
    """A documented answer: the shape, a sentence, and examples by name."""
    return response(body, description, examples)


def query(name: str, description: str, kind: Any = str, **options: Any) -> OpenApiParameter:
    """One query parameter; `options` are those of OpenApiParameter (enum, default, examples)."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **options)
