"""The base of every table model: binds endpoint, region, prefix and timeouts from the settings, once."""

from typing import Any, ClassVar

from django.conf import settings
from pynamodb.models import Model

from packprod.dynamodb.client import CONNECT_TIMEOUT_SECONDS, MAX_POOL_CONNECTIONS, READ_TIMEOUT_SECONDS
from packprod.dynamodb.codec import encode_value
from packprod.dynamodb.engine_errors import engine_errors
from packprod.observability.request_context import count_engine_call


class EngineMeta:
    """What each table's `Meta` inherits."""

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
    """A table's name in the engine, with PACKPROD_TABLE_PREFIX."""
    return f"{settings.PACKPROD_TABLE_PREFIX}{name}"


class Table(Model):
    """A DynamoDB table.

    `volatile` names attributes that only say when a row was derived, not what it says; `sort_attributes` those that
    lists are sorted by while they are read page by page.
    """

    stream_view: ClassVar[str | None] = None
    ttl_attribute: ClassVar[str | None] = None
    volatile: ClassVar[frozenset[str]] = frozenset()
    sort_attributes: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def engine_name(cls) -> str:
        """The table's name in the engine."""
        return str(cls.Meta.table_name)

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The key attributes as the engine names them: hash, then range if there is one."""
        return tuple(cls.get_attributes()[name].attr_name for name in cls._key_fields())

    @classmethod
    def _key_fields(cls) -> tuple[str, ...]:
        return tuple(name for name in (cls._hash_keyname, cls._range_keyname) if name)

    def key(self) -> tuple[Any, ...]:
        """The values of the row's key: hash, then range if there is one."""
        return tuple(getattr(self, name) for name in self._key_fields())

    def wire_key(self) -> dict[str, Any]:
        """The row's key as DynamoDB takes it (tagged values)."""
        return {name: encode_value(value) for name, value in zip(self.key_names(), self.key(), strict=True)}

    def wire(self) -> dict[str, Any]:
        """The row as DynamoDB stores it (tagged values)."""
        return dict(self.serialize())

    def write(self, *, condition: Any = None) -> None:
        """Puts the row. Raises ConditionFailed, EngineUnavailable."""
        with engine_errors():
            self.save(condition=condition)
        count_engine_call()
