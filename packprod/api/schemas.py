"""The parts of the OpenAPI schema that all answers share. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from typing import Any, get_args

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema_field, inline_serializer
from rest_framework import serializers

from packprod.api.envelope import Source
from packprod.api.pagination import LARGEST_LIMIT

Documented = serializers.Serializer[Any]


@extend_schema_field({"type": "number"})
class Money(serializers.Field[Any, Any, Any, Any]):
    """A JSON number with its exact decimal digits, in PACKPROD_CURRENCY."""


class MetaSerializer(Documented):
    """How the answer came about."""

    cacheHit = serializers.BooleanField(help_text="Whether a read model had the answer ready.")
    responseTime = serializers.RegexField("^[0-9]+ms$", help_text="Time from the request's arrival to this answer.")
    requestId = serializers.CharField(help_text="Also in X-Request-ID and in every log line of the request.")
    source = serializers.ChoiceField(get_args(Source), help_text="What was read.")  # type: ignore[assignment]
    rebuilding = serializers.BooleanField(
        required=False,
        help_text="Only there (true) while a rebuild by changed settings is not done: figures of reports may be old.",
    )


class PaginationSerializer(Documented):
    """Where the page ends."""

    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_LIMIT)
    nextCursor = serializers.CharField(allow_null=True, help_text="The next page's `cursor`; null on the last page.")
    total = serializers.IntegerField(min_value=0, required=False, help_text="The same as the list's `total`.")


def component(name: str, **fields: serializers.Field[Any, Any, Any, Any]) -> serializers.Serializer[Any]:
    """A component with fields whose names Python has other uses for, or that come from elsewhere."""
    made: serializers.Serializer[Any] = inline_serializer(name, fields)
    return made


def envelope(name: str, data: Any, **more: Any) -> serializers.Serializer[Any]:
    """The body `{"data", "meta"}` and whatever fields `more` holds; `name` is its component in the schema."""
    body: serializers.Serializer[Any] = inline_serializer(name, fields={"data": data, "meta": MetaSerializer(), **more})
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
    shown = [OpenApiExample(name, summary=_title(name), value=value) for name, value in examples.items()]
    return OpenApiResponse(body, description=description, examples=shown)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def page(name: str, row: type[Documented], description: str, *, example: Any, source: Source) -> OpenApiResponse:
    """An answer with a page of rows."""
    known = "How many rows the whole list has; only where that is known without reading more than the page."
    total = serializers.IntegerField(min_value=0, required=False, help_text=known)
    body = envelope(name, row(many=True), pagination=PaginationSerializer(), total=total)
    pagination = {"limit": 50, "nextCursor": None, "total": 1}
    return answer(body, description, example=enveloped([example], source=source, pagination=pagination, total=1))
