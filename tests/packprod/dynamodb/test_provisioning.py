"""Provisioning of tables as a running system has them: on demand or with capacity, with or without a stream."""

import io
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from packprod.dynamodb import provisioning
from packprod.dynamodb.client import call, dynamodb
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.management.commands import provision_tables
from packprod.dynamodb.provisioning import ProvisioningFailed, provision, stream_arn
from packprod.dynamodb.tables import EngineMeta, Table
from tests.engine_answers import answer_instead, refusal

UNITS = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3}


class ByName(GlobalSecondaryIndex["Thing"]):
    class Meta:
        index_name = "name-index"
        projection = AllProjection()

    name = UnicodeAttribute(hash_key=True)


class ByAge(GlobalSecondaryIndex["Thing"]):
    class Meta:
        index_name = "age-index"
        projection = AllProjection()

    name = UnicodeAttribute(hash_key=True)
    age = UnicodeAttribute(range_key=True)


class Thing(Table):
    class Meta(EngineMeta):
        table_name = "packprod-test-things"

    stream_view = "NEW_AND_OLD_IMAGES"
    ttl_attribute = "ttl"
    thing_id = UnicodeAttribute(hash_key=True, attr_name="thingID")
    name = UnicodeAttribute(null=True)
    age = UnicodeAttribute(null=True)
    by_name = ByName()
    by_age = ByAge()


@pytest.fixture
def name(engine: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a table that is not there yet."""
    name = f"packprod-test-{uuid.uuid4().hex[:12]}"
    monkeypatch.setattr(Thing.Meta, "table_name", name)
    yield name
    try:
        call("delete_table", TableName=name)
    except TableMissing:
        return


def described(name: str) -> dict[str, Any]:
    return dict(call("describe_table", TableName=name)["Table"])


def make(name: str, *, units: dict[str, int] | None = None, view: str = "", index: bool = False, ttl: str = "") -> None:
    """The table as somebody else made it, with a row in it."""
    billing: dict[str, Any] = {"ProvisionedThroughput": units} if units else {"BillingMode": "PAY_PER_REQUEST"}
    attributes = ["thingID", *(["name"] if index else [])]
    if index:
        one = {
            "IndexName": "name-index",
            "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            **({"ProvisionedThroughput": units} if units else {}),
        }
        billing["GlobalSecondaryIndexes"] = [one]
    if view:
        billing["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    call(
        "create_table",
        TableName=name,
        KeySchema=[{"AttributeName": "thingID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in attributes],
        **billing,
    )
    if ttl:
        call("update_time_to_live", TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl})
    call("put_item", TableName=name, Item={"thingID": {"S": "1"}, "name": {"S": "box"}, "age": {"S": "2"}})


@pytest.mark.parametrize("units", [None, UNITS], ids=["on demand", "provisioned"])
@pytest.mark.parametrize("view", ["", "NEW_AND_OLD_IMAGES", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"])
@pytest.mark.parametrize("index", [False, True], ids=["no index", "one index"])
def test_tables_as_they_are_get_what_they_lack(name: str, units: dict[str, int] | None, view: str, index: bool) -> None:
    make(name, units=units, view=view, index=index)
    lines = list(provision(Thing))
    table = described(name)
    indexes = {one["IndexName"]: one for one in table["GlobalSecondaryIndexes"]}
    assert set(indexes) == {"name-index", "age-index"}
    for one in indexes.values():
        assert one["IndexStatus"] == "ACTIVE"
        assert {key: one.get("ProvisionedThroughput", {}).get(key) or None for key in UNITS} == (
            units or dict.fromkeys(UNITS)
        )
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": view or "NEW_AND_OLD_IMAGES"}
    assert (f"enabled the stream of {name}" in lines) == (view == "")
    assert any(line.startswith("remark: the stream") for line in lines) == (view not in ("", "NEW_AND_OLD_IMAGES"))
    assert sum(line.startswith(f"created index {name}.") for line in lines) == (1 if index else 2)
    assert f"enabled TTL of {name}" in lines
    assert stream_arn(Thing) == table["LatestStreamArn"]
    again = list(provision(Thing))
    assert all(line.startswith("remark:") for line in again)
    assert described(name)["LatestStreamArn"] == table["LatestStreamArn"]
    found = call("query", TableName=name, IndexName="age-index", KeyConditionExpression="#n = :n",
                 ExpressionAttributeNames={"#n": "name"}, ExpressionAttributeValues={":n": {"S": "box"}})  # fmt: skip
    assert found["Count"] == 1


def test_a_table_that_is_not_there_is_created_whole(name: str) -> None:
    assert list(provision(Thing)) == [f"created table {name}", f"enabled TTL of {name}"]
    assert list(provision(Thing)) == []


def test_ttl_on_another_attribute_is_drift_and_stays(name: str) -> None:
    make(name, ttl="expires")
    assert any(line.startswith(f"drift: TTL of {name} is on expires, not ttl") for line in provision(Thing))
    ttl = call("describe_time_to_live", TableName=name)["TimeToLiveDescription"]
    assert ttl["AttributeName"] == "expires"


def test_a_stream_that_was_switched_off_is_none_and_is_enabled_again(name: str) -> None:
    list(provision(Thing))
    before = stream_arn(Thing)
    call("update_table", TableName=name, StreamSpecification={"StreamEnabled": False})
    with pytest.raises(TableMissing):
        stream_arn(Thing)
    assert list(provision(Thing)) == [f"enabled the stream of {name}"]
    assert stream_arn(Thing) != before


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ValidationException", "LimitExceededException", "SubscriptionRequiredException"]
)
def test_a_refusal_is_told_in_the_engines_own_words(name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make(name)

    def refused(**parameters: Any) -> Any:
        raise refusal(code, "no such right, says the engine")

    answer_instead(monkeypatch, dynamodb(), "update_table", refused)
    with pytest.raises(ProvisioningFailed, match=f"{code}: no such right, says the engine"):
        list(provision(Thing, timeout=0.5))


def test_an_index_is_created_while_another_change_is_under_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Amazon creates one index at a time, and says so."""
    make(name, units=UNITS)
    refusals = iter(["LimitExceededException", "ResourceInUseException"])

    def busy(**parameters: Any) -> Any:
        for code in refusals:
            raise refusal(code, "busy")
        return real(**parameters)

    real = answer_instead(monkeypatch, dynamodb(), "update_table", busy)
    list(provision(Thing, timeout=30))
    assert len(described(name)["GlobalSecondaryIndexes"]) == 2


def test_an_index_that_never_becomes_active_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make(name)
    real = provisioning._describe

    def stuck(table: type[Table]) -> dict[str, Any] | None:
        found = real(table)
        for one in (found or {}).get("GlobalSecondaryIndexes", ()):
            one |= {"IndexStatus": "CREATING", "Backfilling": True}
        return found

    monkeypatch.setattr(provisioning, "_describe", stuck)
    monkeypatch.setattr(provisioning, "SAY_EVERY_SECONDS", 0.1)
    said: list[str] = []
    lines = provision(Thing, timeout=1)
    with pytest.raises(ProvisioningFailed, match="Run the command again"):
        said.extend(lines)  # what was said before the error is in it
    assert any(f"waiting for {name}: age-index is CREATING, backfilling" in line for line in said)


def test_the_command_prints_each_step_as_it_happens_and_goes_on_after_a_refusal(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(Table):
        class Meta(EngineMeta):
            table_name = "packprod-test-refused"

        key_id = UnicodeAttribute(hash_key=True)

    def create(**parameters: Any) -> Any:
        if parameters["TableName"] == "packprod-test-refused":
            raise refusal("AccessDeniedException", "not yours")
        return real(**parameters)

    printed = _Terminal()
    real = answer_instead(monkeypatch, dynamodb(), "create_table", create)
    monkeypatch.setattr(provision_tables, "registered_tables", lambda: (Refused, Thing))
    with pytest.raises(CommandError, match="1 of 2 tables"):
        call_command("provision_tables", stdout=printed)
    assert printed.flushed[0] == (
        "failed: packprod-test-refused: not created table packprod-test-refused: AccessDeniedException: not yours\n"
    )
    assert f"created table {name}\n" in printed.flushed


class _Terminal(io.StringIO):
    """Keeps what was on the screen after each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[str] = []

    def flush(self) -> None:
        new = self.getvalue()[sum(map(len, self.flushed)) :]
        self.flushed += [new] if new else []
