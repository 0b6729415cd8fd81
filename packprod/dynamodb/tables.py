"""The base of every table model, the attributes that PynamoDB lacks, and the register of all tables.

A model describes a table. Rows are read by `reads` and written by `writes`; PynamoDB's own calls, which the tests use,
go to the same engine.
"""

from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from pynamodb.attributes import Attribute
from pynamodb.exceptions import AttributeNullError
from pynamodb.models import Model

from packprod.dynamodb.client import CONNECT_TIMEOUT_SECONDS, MAX_POOL_CONNECTIONS, READ_TIMEOUT_SECONDS
from packprod.dynamodb.codec import AttributeMap, decode_value, encode_value


class EngineMeta:
    """The base of each table's `Meta`: where the engine is, and how to reach it."""

    region = settings.AWS_REGION
    host = settings.ENDPOINTS.dynamodb_url
    aws_access_key_id = settings.ENDPOINTS.aws_access_key_id
    aws_secret_access_key = settings.ENDPOINTS.aws_secret_access_key
    connect_timeout_seconds = CONNECT_TIMEOUT_SECONDS
    read_timeout_seconds = READ_TIMEOUT_SECONDS
    max_retry_attempts = 2
    max_pool_connections = MAX_POOL_CONNECTIONS
    billing_mode = "PAY_PER_REQUEST"


def prefixed(name: str) -> str:
    """The name in the engine of a table of ours: PACKPROD_TABLE_PREFIX, then PACKPROD_READ_MODEL_PREFIX, then `name`.

    The second prefix makes a shadow beside the running system: its own read models of the same orders and contacts.
    """
    return shared_name(f"{settings.PACKPROD_READ_MODEL_PREFIX}{name}")


def shared_name(name: str) -> str:
    """The name in the engine of a table that holds orders or contacts: PACKPROD_TABLE_PREFIX alone goes before it."""
    return f"{settings.PACKPROD_TABLE_PREFIX}{name}"


class Table(Model):
    """A DynamoDB table.

    `volatile` names the attributes that only say when a row was derived. `sort_attributes` names those that lists are
    sorted by. `unread_indexes` names the indexes that only other programs read.
    """

    stream_view: ClassVar[str | None] = None
    unread_indexes: ClassVar[frozenset[str]] = frozenset()
    ttl_attribute: ClassVar[str | None] = None
    volatile: ClassVar[frozenset[str]] = frozenset()
    sort_attributes: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def engine_name(cls) -> str:
        """The table's name in the engine."""
        return str(cls.Meta.table_name)

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The names of the key attributes in the engine: hash, then range if there is one."""
        return _key_names(cls)

    @classmethod
    def _key_fields(cls) -> tuple[str, ...]:
        return tuple(name for name in (cls._hash_keyname, cls._range_keyname) if name)

    def key(self) -> tuple[Any, ...]:
        """The values of the row's key: hash, then range if there is one."""
        return tuple(self.attribute_values.get(name) for name in self._key_fields())

    def wire_key(self) -> AttributeMap:
        """The row's key as DynamoDB takes it (tagged values)."""
        return {name: encode_value(value) for name, value in zip(self.key_names(), self.key(), strict=True)}

    def wire(self) -> AttributeMap:
        """The row as DynamoDB stores it (tagged values). Raises AttributeNullError for an attribute that must not be
        missing.

        This is PynamoDB's `serialize` without its nested attributes, which our tables do not have.
        """
        wire: AttributeMap = {}
        for name, attribute in self.get_attributes().items():
            value = self.attribute_values.get(name)
            serialized = None if value is None else attribute.serialize(value)
            if serialized is not None:
                wire[attribute.attr_name] = {attribute.attr_type: serialized}
            elif not attribute.null:
                raise AttributeNullError(name)
        return wire


@cache
def _key_names(table: type[Table]) -> tuple[str, ...]:
    return tuple(table.get_attributes()[name].attr_name for name in table._key_fields())


class DecimalAttribute(Attribute[Decimal]):
    """A DynamoDB Number as Decimal. PynamoDB's own attribute goes through JSON floats, which are inexact."""

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
    """A DynamoDB List of any values that the codec knows, Decimal included."""

    attr_type = "L"

    def serialize(self, value: Any) -> Any:
        """Members tagged by the codec."""
        return encode_value(list(value))["L"]

    def deserialize(self, value: Any) -> list[Any]:
        """Members as plain Python."""
        return [decode_value(member) for member in value]


class MapDocument(Attribute[dict[str, Any]]):
    """A DynamoDB Map of any values that the codec knows, Decimal included."""

    attr_type = "M"

    def serialize(self, value: Any) -> Any:
        """Members tagged by the codec."""
        return encode_value(dict(value))["M"]

    def deserialize(self, value: Any) -> dict[str, Any]:
        """Members as plain Python."""
        return {name: decode_value(member) for name, member in value.items()}


_tables: list[type[Table]] = []


def register_tables(*tables: type[Table]) -> None:
    """Registers tables for `provision_tables` to create; call it in an AppConfig's `ready`."""
    _tables.extend(table for table in tables if table not in _tables)


def registered_tables() -> tuple[type[Table], ...]:
    """Every registered table, in the order of registration."""
    return tuple(_tables)
