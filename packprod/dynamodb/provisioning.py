"""Creates missing tables, indexes, streams and TTL settings in the engine, and reports drift; changes nothing else.

The tables may be those of a running AWS system: with provisioned capacity or on demand, with a stream of any view or
without one, with indexes of other programs.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from packprod.dynamodb.client import call
from packprod.dynamodb.errors import RequestRefused, TableMissing, engine_code, engine_words
from packprod.dynamodb.streams import FULL_VIEW
from packprod.dynamodb.tables import Table
from packprod.errors import EngineUnavailable, PackProdError

Definition = dict[str, Any]
"""A table as CreateTable takes it."""
Description = dict[str, Any]
"""A table as DescribeTable shows it."""

TIMEOUT_SECONDS = 3_600.0  # Amazon fills an index of a large table for a long time
POLL_SECONDS = 0.2
SILENT_SECONDS = 300.0  # an index of 100,000 rows takes DynamoDB Local about a minute
SAY_EVERY_SECONDS = 15.0
_BUSY = {"LimitExceededException", "ResourceInUseException"}  # another change of this table is under way


class ProvisioningFailed(PackProdError):
    """The engine refused a step of provisioning; the message has its own words."""

    code = "provisioning_failed"


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of one table: what it is called once it is done, the request, and whether a table shows it."""

    done: str
    operation: str
    parameters: Mapping[str, Any]
    is_made: Callable[[Description], bool]


def provision(table: type[Table], *, timeout: float = TIMEOUT_SECONDS) -> Iterator[str]:
    """Creates what the table lacks. Yields a sentence for each step when it is done, now and then one while a step
    takes long, and one for each drift that it finds.

    One index is created at a time, as Amazon allows no more. Raises ProvisioningFailed if the engine refuses a step or
    takes longer than `timeout` seconds for it, and EngineUnavailable if it cannot be reached.
    """
    ours = _definition(table)
    found = _describe(table)
    if found is None:
        yield from _carry_out(table, _table_step(ours), timeout=timeout)
        found = _describe(table) or {}
    yield from _drift(table, ours, found)
    if table.stream_view and not _has_stream(found):
        yield from _carry_out(table, _stream_step(table), timeout=timeout)
    for index in _missing_indexes(ours, found):
        yield from _carry_out(table, _index_step(index, ours, found), timeout=timeout)
    yield from _enable_ttl(table)


def stream_arn(table: type[Table]) -> str:
    """The ARN of the table's stream. Raises TableMissing if there is no table, or no stream that is enabled."""
    found = _describe(table)
    if not found or not found.get("LatestStreamArn") or not _has_stream(found):
        raise TableMissing(f"{table.engine_name()} has no stream: run `manage.py provision_tables`.")
    return str(found["LatestStreamArn"])


def item_count(table: type[Table]) -> int:
    """How many items the table holds, roughly: Amazon counts them every six hours. Raises TableMissing."""
    found = _describe(table)
    if found is None:
        raise TableMissing(f"{table.engine_name()} is missing: run `manage.py provision_tables`.")
    return int(found.get("ItemCount", 0))


# --- What we want, and what there is ---------------------------------------------------------------------------------


def _describe(table: type[Table]) -> Description | None:
    try:
        description: Description = call("describe_table", TableName=table.engine_name())["Table"]
    except TableMissing:
        return None
    return description


def _described(table: type[Table]) -> Description:
    """The table, however busy the engine is: while DynamoDB Local fills an index it answers nobody."""
    until = time.monotonic() + SILENT_SECONDS
    while True:
        try:
            return _describe(table) or {}
        except EngineUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(POLL_SECONDS)


def _definition(table: type[Table]) -> Definition:
    schema = table._get_schema()  # PynamoDB keeps a model's schema behind an underscore
    ours: Definition = {
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


def _indexes(description: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {index["IndexName"]: index for index in description.get("GlobalSecondaryIndexes", ())}


def _missing_indexes(ours: Definition, found: Description) -> list[dict[str, Any]]:
    existing = _indexes(found)
    return [index for name, index in _indexes(ours).items() if name not in existing]


def _has_stream(found: Description) -> bool:
    return bool(found.get("StreamSpecification", {}).get("StreamEnabled"))


def _capacity(found: Description) -> dict[str, int] | None:
    """The units that the table has reserved for reads and writes; None if it is billed on demand."""
    units = found.get("ProvisionedThroughput", {})
    on_demand = found.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    names = ("ReadCapacityUnits", "WriteCapacityUnits")
    return None if on_demand or not all(units.get(name) for name in names) else {name: units[name] for name in names}


# --- Steps -----------------------------------------------------------------------------------------------------------


def _table_step(ours: Definition) -> _Step:
    return _Step(f"created table {ours['TableName']}", "create_table", ours, bool)


def _stream_step(table: type[Table]) -> _Step:
    parameters = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": table.stream_view}}
    done = f"enabled the stream of {table.engine_name()}"
    return _Step(done, "update_table", {"TableName": table.engine_name(), **parameters}, _has_stream)


def _index_step(index: dict[str, Any], ours: Definition, found: Description) -> _Step:
    """The creation of an index. A table with provisioned capacity takes only indexes that have some, too."""
    name, capacity = index["IndexName"], _capacity(found)
    keys = {key["AttributeName"] for key in index["KeySchema"]}
    known = {one["AttributeName"] for one in found["AttributeDefinitions"]}
    new = [one for one in ours["AttributeDefinitions"] if one["AttributeName"] in keys - known]
    parameters = {
        "TableName": ours["TableName"],
        "AttributeDefinitions": [*found["AttributeDefinitions"], *new],
        "GlobalSecondaryIndexUpdates": [
            {"Create": index | ({"ProvisionedThroughput": capacity} if capacity else {})},
        ],
    }
    units = "; its {ReadCapacityUnits} read and {WriteCapacityUnits} write units are those of the table"
    done = f"created index {ours['TableName']}.{name}" + (units.format_map(capacity) if capacity else "")
    return _Step(done, "update_table", parameters, lambda table: name in _indexes(table))


def _carry_out(table: type[Table], step: _Step, *, timeout: float) -> Iterator[str]:
    """Requests a step and waits until the table is active with it."""
    deadline = time.monotonic() + timeout
    yield from _request(table, step, deadline=deadline)
    yield from _await(table, step, deadline=deadline)
    yield step.done


def _request(table: type[Table], step: _Step, *, deadline: float) -> Iterator[str]:
    """Sends the request, again and again while another change of the table is under way."""
    while True:
        try:
            call(step.operation, **step.parameters)
        except (RequestRefused, EngineUnavailable) as exc:
            found = _described(table)
            if found and step.is_made(found):
                return  # by another process, or by this request, whose answer got lost
            if engine_code(exc) not in _BUSY or time.monotonic() > deadline:
                raise _failure(step, exc) from exc
            yield from _await(table, step, deadline=deadline, active_with=bool)
        else:
            return


def _await(
    table: type[Table], step: _Step, *, deadline: float, active_with: Callable[[Description], bool] | None = None
) -> Iterator[str]:
    """Waits until the table and all its indexes are active and the step is made; says now and then what it waits for.

    Raises ProvisioningFailed after the deadline, and EngineUnavailable if the engine stays silent for SILENT_SECONDS.
    """
    is_ready = active_with or step.is_made
    say_at = time.monotonic() + SAY_EVERY_SECONDS
    while True:
        found = _described(table)
        waiting = _not_active(found)
        if found and not waiting and is_ready(found):
            return
        if time.monotonic() > deadline:
            names = ", ".join(waiting) or "nothing shows it yet"
            raise ProvisioningFailed(f"not {step.done}: {names}. Run the command again; it goes on from here.")
        if time.monotonic() > say_at:
            yield f"waiting for {table.engine_name()}: {', '.join(waiting)}"
            say_at += SAY_EVERY_SECONDS
        time.sleep(POLL_SECONDS)


def _not_active(found: Description) -> list[str]:
    """What of the table is not active: `name-index is CREATING, backfilling`."""
    states = [("the table", found.get("TableStatus", "not there"), False)]
    states += [(name, one["IndexStatus"], one.get("Backfilling", False)) for name, one in _indexes(found).items()]
    return [
        f"{name} is {status}{', backfilling' if fills else ''}" for name, status, fills in states if status != "ACTIVE"
    ]


def _failure(step: _Step, exc: PackProdError) -> PackProdError:
    """An error with the engine's own words; the error as it is if the engine did not answer."""
    words = engine_words(exc)
    return ProvisioningFailed(f"not {step.done}: {words}") if words else exc


def _enable_ttl(table: type[Table]) -> Iterator[str]:
    name, attribute = table.engine_name(), table.ttl_attribute
    if attribute is None:
        return
    step = _Step(
        f"enabled TTL of {name}",
        "update_time_to_live",
        {"TableName": name, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": attribute}},
        lambda found: False,
    )
    try:
        ttl = call("describe_time_to_live", TableName=name)["TimeToLiveDescription"]
        if ttl["TimeToLiveStatus"] in ("DISABLED", "DISABLING"):
            call(step.operation, **step.parameters)
            yield step.done
        elif ttl.get("AttributeName") != attribute:
            yield (
                f"drift: TTL of {name} is on {ttl.get('AttributeName')}, not {attribute}. Rows of ours that have had "
                "their day stay; nothing was changed"
            )
    except (RequestRefused, EngineUnavailable) as exc:
        raise _failure(step, exc) from exc


# --- Drift -----------------------------------------------------------------------------------------------------------


def _drift(table: type[Table], ours: Definition, found: Description) -> Iterator[str]:
    name, existing = table.engine_name(), _indexes(found)
    if _keys(found["KeySchema"]) != ours["KeySchema"]:
        yield f"drift: {name} has another key than ours. PackProd cannot use it; nothing was changed"
    for index_name, index in _indexes(ours).items():
        if index_name in existing and (differs := _difference(index, existing[index_name])):
            use = "PackProd does not read it" if index_name in table.unread_indexes else "PackProd reads it"
            yield f"drift: {name}.{index_name} {differs}. {use}; nothing was changed"
    yield from _stream_drift(table, found)
    capacity = _capacity(found)
    if capacity:
        units = "{ReadCapacityUnits} read and {WriteCapacityUnits} write units".format_map(capacity)
        yield f"remark: {name} has {units}. What goes beyond is throttled and tried again; a bulk load takes long"


def _difference(ours: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    if _keys(found["KeySchema"]) != ours["KeySchema"]:
        return "has another key than ours"
    kind = found["Projection"]["ProjectionType"]
    is_enough = kind in ("ALL", ours["Projection"]["ProjectionType"])
    return "" if is_enough else f"projects {kind}, not {ours['Projection']['ProjectionType']}"


def _stream_drift(table: type[Table], found: Description) -> Iterator[str]:
    """What is lost by a stream of another view. Every row is read again, so that figures need its keys only."""
    view = found.get("StreamSpecification", {}).get("StreamViewType")
    if table.stream_view != FULL_VIEW or not _has_stream(found) or view == FULL_VIEW:
        return
    name = table.engine_name()
    yield (
        f"remark: the stream of {name} has view {view}, not {FULL_VIEW}. All figures follow it all the same, as each "
        "row is read again; but no change is noted in the history of orders. To have that, switch the stream off at a "
        f"quiet time (aws dynamodb update-table --table-name {name} --stream-specification StreamEnabled=false) and "
        "run this command again: it is enabled with another ARN, which other readers of it need to be told, and the "
        "read models are rebuilt by themselves"
    )
