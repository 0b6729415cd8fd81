"""PynamoDB attributes that PynamoDB lacks: exact numbers and free documents."""

from decimal import Decimal
from typing import Any

from pynamodb.attributes import Attribute

from packprod.dynamodb.codec import decode_value, encode_value


class DecimalAttribute(Attribute[Decimal]):
    """A DynamoDB Number as Decimal. PynamoDB's own goes through JSON floats, which money must not."""

    attr_type = "N"

    def serialize(self, value: Any) -> str:
        """Plain digits: `12.50` stays `12.50` on the wire."""
        return format(Decimal(value), "f")

    def deserialize(self, value: Any) -> Decimal:
        """Exact."""
        return Decimal(value)


class IntegerAttribute(Attribute[int]):
    """A DynamoDB Number as int: counters and versions."""

    attr_type = "N"

    def serialize(self, value: Any) -> str:
        """Plain digits."""
        return str(int(value))

    def deserialize(self, value: Any) -> int:
        """Exact."""
        return int(value)


class ListDocument(Attribute[list[Any]]):
    """A DynamoDB List of anything the codec can hold (Decimal included)."""

    attr_type = "L"

    def serialize(self, value: Any) -> Any:
        """Members tagged by the codec."""
        return encode_value(list(value))["L"]

    def deserialize(self, value: Any) -> list[Any]:
        """Members as plain Python."""
        return [decode_value(member) for member in value]


class MapDocument(Attribute[dict[str, Any]]):
    """A DynamoDB Map of anything the codec can hold (Decimal included)."""

    attr_type = "M"

    def serialize(self, value: Any) -> Any:
        """Members tagged by the codec."""
        return encode_value(dict(value))["M"]

    def deserialize(self, value: Any) -> dict[str, Any]:
        """Members as plain Python."""
        return {name: decode_value(member) for name, member in value.items()}
