"""Creates missing tables, indexes, streams and TTL settings in the engine, and reports drift; changes nothing else."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packprod.dynamodb.client import call
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.tables import Table
from packprod.errors import EngineUnavailable

POLL_SECONDS = 0.2


def provision(table: type[Table], *, timeout: float = 600) -> Iterator[str]:
    """Creates what the table lacks. Yields a sentence for whatever it creates and for each drift that it finds.

    Raises EngineUnavailable, also if the table or an index is not active within `timeout` seconds.
    """
    ours = _definition(table)
    found = _describe(table)
    if found is None:
        call("create_table", **ours)
        found = _await_active(table, timeout)
        yield f"created table {table.engine_name()}"
    yield from _drift(table, ours, found)
    yield from _add_indexes(table, ours, found, timeout)
    yield from _enable_stream(table, ours, found, timeout)
    yield from _enable_ttl(table)


def stream_arn(table: type[Table]) -> str:
    """The ARN of the table's newest stream. Raises TableMissing if there is no table or no stream."""
    found = _describe(table)
    if not found or not found.get("LatestStreamArn"):
        raise TableMissing(f"{table.engine_name()} has no stream yet: run `manage.py provision_tables`.")
    return str(found["LatestStreamArn"])


def _describe(table: type[Table]) -> dict[str, Any] | None:
    try:
        description: dict[str, Any] = call("describe_table", TableName=table.engine_name())["Table"]
    except TableMissing:
        return None
    return description


def _definition(table: type[Table]) -> dict[str, Any]:
    schema = table._get_schema()  # PynamoDB keeps a model's schema behind an underscore
    ours: dict[str, Any] = {
        "TableName": table.engine_name(),
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _keys(schema["key_schema"]),
        "AttributeDefinitions": [
            {"AttributeName": one["AttributeName"], "AttributeType": one["AttributeType"]}
            for one in schema["attribute_definitions"]
        ],
    }
    if schema["global_secondary_indexes"]:
        ours["GlobalSecondaryIndexes"] = [_index(one) for one in schema["global_secondary_indexes"]]
    if table.stream_view:
        ours["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": table.stream_view}
    return ours


def _index(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "IndexName": schema["index_name"],
        "KeySchema": _keys(schema["key_schema"]),
        "Projection": schema["projection"],
    }


def _keys(schema: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    keys = [{"AttributeName": key["AttributeName"], "KeyType": key["KeyType"]} for key in schema]
    return sorted(keys, key=lambda key: key["KeyType"])  # HASH before RANGE; PynamoDB sorts by name


def _drift(table: type[Table], ours: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    if _keys(found["KeySchema"]) != ours["KeySchema"]:
        yield f"drift: {table.engine_name()} has another key than ours; nothing was changed"
    existing = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes", ())}
    for index in ours.get("GlobalSecondaryIndexes", ()):
        other = existing.get(index["IndexName"])
        if other and _keys(other["KeySchema"]) != index["KeySchema"]:
            yield f"drift: {table.engine_name()}.{index['IndexName']} has another key than ours; nothing was changed"
        elif other and other["Projection"]["ProjectionType"] != index["Projection"]["ProjectionType"]:
            yield f"drift: {table.engine_name()}.{index['IndexName']} projects other attributes; nothing was changed"
    view = found.get("StreamSpecification", {}).get("StreamViewType")
    if table.stream_view and view not in (None, table.stream_view):
        yield f"drift: the stream of {table.engine_name()} has view {view}, not {table.stream_view}"


def _add_indexes(table: type[Table], ours: dict[str, Any], found: dict[str, Any], timeout: float) -> Iterator[str]:
    existing = {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", ())}
    for index in ours.get("GlobalSecondaryIndexes", ()):
        if index["IndexName"] in existing:
            continue
        call(
            "update_table",
            TableName=table.engine_name(),
            AttributeDefinitions=ours["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )
        _await_active(table, timeout)
        yield f"created index {table.engine_name()}.{index['IndexName']}"


def _enable_stream(table: type[Table], ours: dict[str, Any], found: dict[str, Any], timeout: float) -> Iterator[str]:
    enabled = found.get("StreamSpecification", {}).get("StreamEnabled")
    if "StreamSpecification" in ours and not enabled:
        call("update_table", TableName=table.engine_name(), StreamSpecification=ours["StreamSpecification"])
        _await_active(table, timeout)
        yield f"enabled the stream of {table.engine_name()}"


def _enable_ttl(table: type[Table]) -> Iterator[str]:
    if table.ttl_attribute is None:
        return
    ttl = call("describe_time_to_live", TableName=table.engine_name())["TimeToLiveDescription"]
    if ttl["TimeToLiveStatus"] in ("DISABLED", "DISABLING"):
        specification = {"Enabled": True, "AttributeName": table.ttl_attribute}
        call("update_time_to_live", TableName=table.engine_name(), TimeToLiveSpecification=specification)
        yield f"enabled TTL of {table.engine_name()}"
    elif ttl.get("AttributeName") != table.ttl_attribute:
        yield f"drift: TTL of {table.engine_name()} is on {ttl.get('AttributeName')}, not {table.ttl_attribute}"


def _await_active(table: type[Table], timeout: float) -> dict[str, Any]:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        found = _describe(table)
        statuses = [index["IndexStatus"] for index in (found or {}).get("GlobalSecondaryIndexes", ())]
        if found and found["TableStatus"] == "ACTIVE" and all(status == "ACTIVE" for status in statuses):
            return found
        time.sleep(POLL_SECONDS)
    raise EngineUnavailable(f"{table.engine_name()} did not become active within {timeout:.0f} s.")


def item_count(table: type[Table]) -> int:
    """How many items the table holds, roughly: Amazon counts them every six hours. Raises TableMissing."""
    found = _describe(table)
    if found is None:
        raise TableMissing(f"{table.engine_name()} is missing: run `manage.py provision_tables`.")
    return int(found.get("ItemCount", 0))
