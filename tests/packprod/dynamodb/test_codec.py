"""The lean codec against its elders: boto3's serializer, PynamoDB's attributes, and the engine itself."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pynamodb.exceptions import AttributeNullError

from packprod.dynamodb.client import call
from packprod.dynamodb.codec import decode_item, decode_value, encode_value
from packprod.dynamodb.reads import get
from tests.packprod.dynamodb.every_type import EveryType

SERIALIZE, DESERIALIZE = TypeSerializer().serialize, TypeDeserializer().deserialize
BIG = Decimal("12345678901234567890123456789012345678")  # 38 digits, the most that DynamoDB holds
SMALL = Decimal("-0.000000000000000000000000000000000000012345")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = texts.filter(bool)  # the engine takes no empty attribute name
numbers = st.builds(
    lambda sign, digits, exponent: Decimal((sign, digits, exponent)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=38).map(tuple),
    st.integers(-80, 0),  # boto3 cannot read digits that we write out beyond 38
)
scalars = st.one_of(texts, numbers, st.booleans(), st.none(), st.binary(max_size=20))
sets = st.one_of(*(st.sets(one, min_size=1, max_size=4) for one in (texts, numbers, st.binary(max_size=8))))
values = st.recursive(
    st.one_of(scalars, sets),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=12,
)

EXAMPLES = {
    "S": "Ångström 📦",
    "S empty": "",
    "N": Decimal("12.50"),
    "N big": BIG,
    "N small": SMALL,
    "N tiny": Decimal("1E-130"),
    "N zero": Decimal("0.00"),
    "B": b"\x00\xff binary",
    "B empty": b"",
    "BOOL true": True,
    "BOOL false": False,
    "NULL": None,
    "L": [Decimal(1), "two", [b"three", None]],
    "L empty": [],
    "M": {"a": {"b": {"c": Decimal("0.1")}}, "name": "", "data": None},
    "M empty": {},
    "SS": {"a", "b", ""},
    "NS": {Decimal("1.5"), Decimal("-2E+10")},
    "BS": {b"a", b"\xff"},
}


@given(values)
def test_what_we_encode_boto3_reads_and_back(value: Any) -> None:
    assert DESERIALIZE(encode_value(value)) == value
    assert decode_value(encode_value(value)) == value


@given(values)
def test_what_boto3_encodes_we_read(value: Any) -> None:
    assert decode_value(SERIALIZE(value)) == value


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_engine_holds_what_we_send(name: str, every_type: type[EveryType], boto: Any) -> None:
    """Written by our client, read by boto3; the wire's base64 included."""
    key = uuid.uuid4().hex
    item = {"itemID": {"S": key}, "value": encode_value(EXAMPLES[name])}
    call("put_item", TableName=every_type.engine_name(), Item=item)
    stored = boto.get_item(TableName=every_type.engine_name(), Key={"itemID": {"S": key}})["Item"]
    assert DESERIALIZE(stored["value"]) == EXAMPLES[name]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=values)
def test_the_fast_read_gives_what_boto3_stored(value: Any, every_type: type[EveryType], boto: Any) -> None:
    boto.put_item(TableName=every_type.engine_name(), Item={"itemID": {"S": "fast"}, "value": SERIALIZE(value)})
    assert get(every_type, "fast") == {"itemID": "fast", "value": value}


def test_the_fast_read_agrees_with_pynamodb_on_every_type(every_type: type[EveryType]) -> None:
    facts: dict[str, Any] = {
        "text": "Ångström",
        "number": 42.5,
        "binary": b"\x00\xff",
        "flag": False,
        "members": ["a", 1, True],
        "mapping": {"name": "box", "size": 3},
        "texts": {"a", "b"},
        "numbers": {1, 2},
        "binaries": {b"\x00", b"\x01"},
    }
    every_type("pynamodb", **facts).save()
    slow, fast = every_type.get("pynamodb", consistent_read=True), get(every_type, "pynamodb")
    assert fast is not None
    for name, value in facts.items():
        stored = getattr(slow, name)
        assert fast[name] == value == (stored.as_dict() if name == "mapping" else stored), name


@pytest.mark.parametrize("amount", [BIG, SMALL, Decimal("0.10"), Decimal("-12.34"), Decimal("1E+20")], ids=str)
def test_our_attributes_are_exact_both_ways(amount: Decimal, every_type: type[EveryType]) -> None:
    documents: dict[str, Any] = {
        "list_document": [amount, {"deep": [amount]}],
        "map_document": {"amount": amount, "none": None},
    }
    every_type("exact", amount=amount, count=7, **documents).save()
    slow, fast = every_type.get("exact", consistent_read=True), get(every_type, "exact")
    expected = {"amount": amount, "count": 7, **documents}
    assert {name: getattr(slow, name) for name in expected} == expected
    assert fast == {"itemID": "exact", **expected}


@pytest.mark.parametrize(
    "facts", [{}, {"text": "", "number": 1.5, "flag": False, "numbers": set(), "amount": Decimal(0), "binary": b""}]
)
def test_a_row_has_pynamodbs_form(facts: dict[str, Any], every_type: type[EveryType]) -> None:
    row = every_type("form", **facts, members=["a", None], mapping={"name": None}, list_document=[])
    assert row.wire() == dict(row.serialize())


def test_a_row_without_what_it_must_have_is_refused(every_type: type[EveryType]) -> None:
    with pytest.raises(AttributeNullError, match="item_id"):
        every_type(text="without a key").wire()


def test_a_row_is_the_same_on_the_wire_and_read_back(every_type: type[EveryType]) -> None:
    """Verification compares the one with the other."""
    row = every_type("wire", text="", amount=Decimal("1.50"), map_document={"b": b"\x01"}, texts={"x"}, flag=True)
    row.save()
    assert decode_item(row.wire()) == get(every_type, "wire")


@pytest.mark.parametrize(
    "value", [1.5, object(), set(), {True}, {"a", 1}], ids=["float", "object", "empty", "flags", "mixed"]
)
def test_what_dynamodb_cannot_hold_exactly_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        encode_value(value)


def test_money_keeps_its_digits() -> None:
    assert encode_value(Decimal("12.50")) == {"N": "12.50"}
    assert str(decode_value({"N": "0.1"})) == "0.1"


def test_the_largest_number_survives_the_engine(every_type: type[EveryType]) -> None:
    every_type("largest", amount=Decimal("9.9E+125")).save()
    assert get(every_type, "largest") == {"itemID": "largest", "amount": Decimal("9.9E+125")}
