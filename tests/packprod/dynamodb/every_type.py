"""A table with one attribute of each type that DynamoDB has, as PynamoDB itself would declare it."""

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BinarySetAttribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NullAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from packprod.dynamodb.tables import (
    DecimalAttribute,
    EngineMeta,
    IntegerAttribute,
    ListDocument,
    MapDocument,
    Table,
    prefixed,
)


class EveryType(Table):
    """PynamoDB's own attributes, and ours where PynamoDB is not exact."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-test-every-type")

    item_id = UnicodeAttribute(hash_key=True, attr_name="itemID")
    text = UnicodeAttribute(null=True)
    number = NumberAttribute(null=True)
    binary = BinaryAttribute(null=True, legacy_encoding=False)
    flag = BooleanAttribute(null=True)
    nothing = NullAttribute(null=True)
    members: ListAttribute[Any] = ListAttribute(null=True)
    mapping: MapAttribute[str, Any] = MapAttribute(null=True)
    texts = UnicodeSetAttribute(null=True)
    numbers = NumberSetAttribute(null=True)
    binaries = BinarySetAttribute(null=True, legacy_encoding=False)
    amount = DecimalAttribute(null=True)
    count = IntegerAttribute(null=True)  # type: ignore[assignment]  # Model has a method of that name
    list_document = ListDocument(null=True)
    map_document = MapDocument(null=True)
