"""OpenAPI: makes components of typed answers, documents how a token is sent, and serves the schema and the docs.

Both pages use DRF's own content negotiation, so that `Accept` and `?format=json` work for the schema.
"""

import re
from dataclasses import dataclass
from inspect import getdoc
from typing import Any

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentIdentity
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2
from drf_spectacular.utils import Direction
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation

from packprod.api.answers import contract_name
from packprod.api.json import JsonRenderer

Schema = dict[str, Any]
_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(unsafe_hash=True)  # not frozen: drf-spectacular sets attributes on the parts of a union
class Body:
    """The type of a request's or answer's body, with the name of its component in the schema."""

    name: str
    type: Any


class BodyComponent(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's extensions have no types
    """Makes a component of a `Body`, under its name."""

    target_class = Body

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        return str(self.target.name)

    def get_identity(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        return ComponentIdentity(self.target)  # type: ignore[no-untyped-call]  # drf-spectacular's extensions have no types

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Schema:
        return _Components(auto_schema, direction).defined(msgspec.inspect.type_info(self.target.type))


class JsonObjectComponent(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's extensions have no types
    """Makes a component of a JsonObject, named after its class without `Json`."""

    target_class = "packprod.api.answers.JsonObject"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        return str(self.target.__name__).removesuffix("Json")

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Schema:
        found = _Components(auto_schema, direction).defined(msgspec.inspect.type_info(self.target))
        return {"type": found.pop("type"), "description": getdoc(self.target), **found}


class OneOfComponent(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's extensions have no types
    """Makes a component of a OneOf, named after its class without `Json`."""

    target_class = "packprod.api.answers.OneOf"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        return str(self.target.__name__).removesuffix("Json")

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Schema:
        components = _Components(auto_schema, direction)
        return {"oneOf": [components.option(one) for one in self.target.options]}


def inline_schema(type_: Any) -> Schema:
    """The schema of a JsonObject that contains no other, written in place instead of as a component."""
    return _Components(None, "request").defined(msgspec.inspect.type_info(type_))


class _Components:
    """Turns types into JSON schemas; the JsonObjects in them become components of the schema that is being made."""

    def __init__(self, auto_schema: AutoSchema | None, direction: Direction) -> None:
        self.auto_schema = auto_schema
        self.direction = direction

    def defined(self, kind: msgspec.inspect.Type) -> Schema:
        """The definition of a component; `of` returns a reference to it instead."""
        match kind:
            case msgspec.inspect.StructType(fields=fields):
                return {
                    "type": "object",
                    "properties": {one.encode_name: self.of(one.type) for one in fields},
                    "required": sorted(one.encode_name for one in fields if one.required),
                    **({"additionalProperties": False} if kind.forbid_unknown_fields else {}),
                }
        return self.of(kind)

    def of(self, kind: msgspec.inspect.Type) -> Schema:
        """The schema of a type."""
        match kind:
            case msgspec.inspect.Metadata(type=inner, extra_json_schema=annotated):
                return _with(self.of(inner), dict(annotated or {}))
            case msgspec.inspect.UnionType(types=types):
                return self._union(types)
            case msgspec.inspect.StructType(cls=cls) | msgspec.inspect.CustomType(cls=cls):
                return self._reference(cls)
            case msgspec.inspect.ListType(item_type=item):
                bounds = {"maxItems": kind.max_length, "minItems": kind.min_length}
                return {"type": "array", "items": self.of(item), **_given(bounds)}
            case msgspec.inspect.DictType(value_type=value):
                return {"type": "object", "additionalProperties": self.of(value)}
        return _plain(kind)

    def option(self, option: Any) -> Schema:
        """The schema of a type, or of a Body."""
        return self._reference(option) if isinstance(option, Body) else self.of(msgspec.inspect.type_info(option))

    def _union(self, types: tuple[msgspec.inspect.Type, ...]) -> Schema:
        options = [self.of(one) for one in types if not isinstance(one, msgspec.inspect.NoneType)]
        schema = options[0] if len(options) == 1 else {"oneOf": options}
        return _with(schema, {"nullable": True}) if len(options) < len(types) else schema

    def _reference(self, target: Any) -> Schema:
        assert self.auto_schema, "an inline schema holds no component"  # noqa: S101 - a mistake of ours, never input
        reference: Schema = self.auto_schema.resolve_serializer(target, self.direction).ref
        return reference


_TYPES = {
    msgspec.inspect.StrType: "string",
    msgspec.inspect.IntType: "integer",
    msgspec.inspect.FloatType: "number",
    msgspec.inspect.DecimalType: "number",
    msgspec.inspect.BoolType: "boolean",
}
_BOUNDS = {"le": "maximum", "ge": "minimum", "max_length": "maxLength", "min_length": "minLength", "pattern": "pattern"}


def _plain(kind: msgspec.inspect.Type) -> Schema:
    """The schema of text, a number or a truth value with its bounds; any other type gets a schema without limits."""
    if type(kind) not in _TYPES:
        return {}
    bounds = {name: getattr(kind, bound, None) for bound, name in _BOUNDS.items()}
    return {"type": _TYPES[type(kind)], **_given(bounds)}


def _given(bounds: Schema) -> Schema:
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _with(schema: Schema, facts: Schema) -> Schema:
    """The schema with further facts. A reference is wrapped first, because OpenAPI 3.0 allows nothing beside one."""
    description = {"description": facts.pop("description")} if "description" in facts else {}
    facts |= description  # last, as drf-spectacular has it
    if facts and "$ref" in schema:
        return {"allOf": [schema], **facts}
    return {**schema, **facts}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's extensions have no types
    """Documents `Authorization: Token KEY`."""

    target_class = "packprod.api.authentication.TokenAuthentication"
    name = "ApiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token KEY`; a key comes from `manage.py create_api_token NAME --scope SCOPE`.",
        }


def without_trailing_slashes(endpoints: list[tuple[Any, ...]], **_: Any) -> list[tuple[Any, ...]]:
    """The paths as the contract writes them: no slash at the end (views answer with and without), `{orderID}`."""

    def named(found: re.Match[str]) -> str:
        return f"{{{contract_name(found[1])}}}"

    return [(_PARAMETER.sub(named, path.rstrip("/")), *rest) for path, *rest in endpoints]


def _errors_in_json(request: Any, response: Any) -> None:
    """Renders errors and the answer to OPTIONS as JSON; YAML and HTML are only for the schema itself."""
    if response.exception or request.method == "OPTIONS":
        request.accepted_renderer, request.accepted_media_type = JsonRenderer(), JsonRenderer.media_type


class SchemaJsonRenderer(JsonRenderer):
    """JSON under OpenAPI's own media type."""

    media_type = OpenApiJsonRenderer.media_type


class SchemaView(SpectacularAPIView):
    """`GET /api/schema/`: YAML, or JSON by the Accept header."""

    renderer_classes = [OpenApiYamlRenderer, OpenApiYamlRenderer2, SchemaJsonRenderer, JsonRenderer]
    content_negotiation_class = DefaultContentNegotiation

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        _errors_in_json(request, response)
        return super().finalize_response(request, response, *args, **kwargs)


class DocsView(SpectacularSwaggerSplitView):
    """`GET /api/docs/`: Swagger UI, its script in a request of its own, as the CSP allows no inline one."""

    content_negotiation_class = DefaultContentNegotiation
    url_name = "schema"

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        _errors_in_json(request, response)
        return super().finalize_response(request, response, *args, **kwargs)
