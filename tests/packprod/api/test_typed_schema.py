"""What typed answers and requests become in the OpenAPI schema."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field

from packprod.api.answers import Day, JsonObject, Money, one_of
from packprod.api.openapi import inline_schema


class _Example(JsonObject, forbid_unknown_fields=True, kw_only=True):
    contact_id: str
    from_: Day = field(name="from")
    amount: Annotated[Money | None, Meta(description="In the business currency.")]
    name: Annotated[str, Meta(max_length=200)] | UnsetType | None = UNSET
    hours: Annotated[list[Annotated[int, Meta(ge=0)]], Meta(min_length=24, max_length=24)]
    state: Annotated[str, one_of(("red", "green"), "The worst.")]
    extra: dict[str, Any]


def test_names_bounds_nulls_and_descriptions() -> None:
    assert inline_schema(_Example) == {
        "type": "object",
        "properties": {
            "contactID": {"type": "string"},
            "from": {"type": "string", "format": "date"},
            "amount": {"type": "number", "nullable": True, "description": "In the business currency."},
            "name": {"type": "string", "maxLength": 200, "nullable": True},
            "hours": {"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 24, "minItems": 24},
            "state": {"type": "string", "enum": ["red", "green"], "description": "The worst."},
            "extra": {"type": "object", "additionalProperties": {}},
        },
        "required": ["amount", "contactID", "extra", "from", "hours", "state"],
        "additionalProperties": False,
    }
