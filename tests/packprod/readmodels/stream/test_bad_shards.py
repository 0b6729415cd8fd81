"""One bad shard stops nothing. The engine here has one shard for ever: the others are played, the errors are real."""

import io
import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from packprod.dynamodb import leases, streams
from packprod.dynamodb.client import streams as streams_client
from packprod.dynamodb.errors import ErrorResponse, NoResponse
from packprod.dynamodb.leases import ShardLease
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import Shard, list_shards
from packprod.errors import EngineUnavailable
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.rebuild.rebuilding import rebuild_if_due
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import source
from packprod.readmodels.stream import shard_reader, state, table_reader
from packprod.readmodels.stream.catching_up import is_caught_up
from packprod.readmodels.stream.consumer import Consumer
from packprod.readmodels.stream.state import stream_state
from reports.health import checks
from tests.engine_answers import answer_instead, refusal
from tests.packprod.readmodels.conftest import CacheRow, summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter

BAD = "shardId-bad"


def refused(code: str) -> ErrorResponse:
    return refusal(code, f"the engine's words about {code}", operation="get_shard_iterator")


REFUSALS = [
    refused("ResourceNotFoundException"),
    refused("TrimmedDataAccessException"),
    refused("ExpiredIteratorException"),
    refused("AccessDeniedException"),
    refused("LimitExceededException"),
    refused("ProvisionedThroughputExceededException"),
    refused("ThrottlingException"),
    refused("InternalServerError"),
    refused("UnrecognizedClientException"),
    refused("ValidationException"),
    NoResponse("TimeoutError: timed out"),
    RuntimeError("a bug"),
]


def named(error: Exception) -> str:
    return error.code if isinstance(error, ErrorResponse) else type(error).__name__


class Clocks:
    """The stopwatch of readers and consumer, which tests may push on."""

    def __init__(self) -> None:
        self._real = time.monotonic
        self.passed = 0.0

    def __call__(self) -> float:
        return float(self._real() + self.passed)


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    monkeypatch.setattr(time, "monotonic", clocks)
    return clocks


BadShard = Callable[[Exception], list[str]]


@pytest.fixture
def bad_shard(monkeypatch: pytest.MonkeyPatch, caught_up: Callable[..., None], now: datetime) -> Iterator[BadShard]:
    """`bad_shard(error)`: the orders' stream lists a second shard, first in line, whose iterator is this error. The
    list that is returned grows with each attempt to open it."""
    caught_up()
    record_built()
    arn, attempts = stream_arn(source().table), list[str]()

    def install(error: Exception) -> list[str]:
        def get_shard_iterator(**parameters: Any) -> Any:
            if parameters["ShardId"] == BAD:
                attempts.append(BAD)
                raise error
            return real(**parameters)

        def listed(of: str) -> list[Shard]:
            bad = [Shard(BAD, None), Shard("shardId-child", BAD)] if of == arn else []
            return [*bad, *list_shards(of)]

        real = answer_instead(monkeypatch, streams_client(), "get_shard_iterator", get_shard_iterator)
        for module in (table_reader, state):
            monkeypatch.setattr(module, "list_shards", listed)
        return attempts

    yield install
    for name in (BAD, "shardId-child"):
        ShardLease(leases.lease_id(arn, name)).delete()
    for row in ShardLease.scan():
        row.update(actions=[ShardLease.owner.remove(), ShardLease.expires_at.remove()])


def followed(now: datetime) -> Consumer:
    return Consumer(owner="a", clock=lambda: now, send=lambda ids: summarise_dirty(now))


@pytest.mark.parametrize("error", REFUSALS, ids=named)
def test_the_other_shards_go_on(
    error: Exception,
    bad_shard: BadShard,
    writer: ForeignWriter,
    cached: CacheRow,
    now: datetime,
) -> None:
    attempts, consumer = bad_shard(error), followed(now)
    for number in range(5):
        writer.put(str(number), contact="ann", total="2")
        assert consumer.step() == 1
    summarise_dirty(now)  # what waits for the end of its window
    row = cached("ann")
    assert row is not None
    assert row["orderCount"] == 5
    assert 1 <= len(attempts) <= 5
    assert verify(settle=0) == []


def test_a_bad_shard_is_tried_less_and_less_often_and_the_alarm_is_raised_now_and_then(
    bad_shard: BadShard, now: datetime, stopwatch: Clocks, log_output: io.StringIO
) -> None:
    attempts, consumer = bad_shard(refused("AccessDeniedException")), followed(now)
    for _ in range(300):
        consumer.step()
        stopwatch.passed += 0.1
    assert 5 <= len(attempts) <= 9  # in 30 seconds: after 0.5, 1, 2, 4, 8 and then every 10
    lines = [json.loads(line) for line in log_output.getvalue().splitlines()]
    alarms = [line for line in lines if line["event"] == "a stream shard cannot be read; the others go on"]
    assert len(alarms) == 1
    assert alarms[0]["shard"] == BAD
    assert "the engine's words about AccessDeniedException" in alarms[0]["reason"]


def test_a_shard_that_answers_again_is_read_and_no_alarm_is_left(
    bad_shard: BadShard, writer: ForeignWriter, now: datetime, stopwatch: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts, consumer = bad_shard(refused("ThrottlingException")), followed(now)
    consumer.step()
    assert stream_state(now=now).failing == {BAD: "ThrottlingException"}
    answer_instead(monkeypatch, streams_client(), "get_shard_iterator", lambda **_: {"ShardIterator": "whole again"})
    monkeypatch.setattr(shard_reader, "read_batch", lambda iterator, limit: streams.Batch([], next_iterator="more"))
    monkeypatch.setattr(state, "read_batch", lambda iterator, limit: streams.Batch([], next_iterator=None))
    consumer.step()
    assert len(attempts) == 2  # the consumer's, and that of stream_state
    stopwatch.passed += 1
    consumer.step()
    assert stream_state(now=now).failing == {}


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_what_may_pass_is_never_given_up(code: str, bad_shard: BadShard, now: datetime, stopwatch: Clocks) -> None:
    bad_shard(refused(code))
    consumer = followed(now)
    for _ in range(100):
        consumer.step()
        stopwatch.passed += 11
    assert not rebuild_if_due(now=now)
    state_now = stream_state(now=now)
    assert not is_caught_up(now=now)
    check = checks.stream_check(state_now, now=now)
    assert (check.state, check.figures["failingShards"], code in check.value) == ("red", 1, True)


def test_a_shard_that_is_gone_is_given_up_after_a_minute_and_a_rebuild_makes_up_for_it(
    bad_shard: BadShard, writer: ForeignWriter, cached: CacheRow, now: datetime, stopwatch: Clocks
) -> None:
    """Its children are read from then on, and what it may have held comes from the orders."""
    attempts, consumer = bad_shard(refused("ResourceNotFoundException")), followed(now)
    consumer.step()
    for _ in range(5):
        stopwatch.passed += 11
        consumer.step()
    assert not rebuild_if_due(now=now)
    assert set(attempts) == {BAD}
    stopwatch.passed += 11
    consumer.step()
    lease = leases.read_leases(stream_arn(source().table))[BAD]
    assert (lease.finished, lease.trimmed) == (True, True)
    assert leases.readable([Shard(BAD, None), Shard("shardId-child", BAD)], {BAD: lease})[0].shard_id == "shardId-child"
    assert rebuild_if_due(now=now)
    assert not rebuild_if_due(now=now)
    tried = len(attempts)
    consumer.step()
    assert len(attempts) == tried
    assert verify(settle=0) == []


def test_a_shard_that_is_trimmed_whenever_it_is_opened_is_given_up_too(
    bad_shard: BadShard, now: datetime, stopwatch: Clocks
) -> None:
    bad_shard(refused("TrimmedDataAccessException"))
    consumer = followed(now)
    for _ in range(shard_reader.MOST_TRIMS):
        consumer.step()
    assert BAD not in {name for name, lease in leases.read_leases(stream_arn(source().table)).items() if lease.trimmed}
    for _ in range(10):
        consumer.step()
        stopwatch.passed += 11
    lease = leases.read_leases(stream_arn(source().table))[BAD]
    assert (lease.finished, lease.trimmed) == (True, True)
    assert rebuild_if_due(now=now)


def test_an_engine_that_does_not_answer_at_all_is_no_fault_of_a_shard(
    bad_shard: BadShard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All shards are tried again as soon as it answers, without a pause."""
    consumer = followed(now)
    consumer.step()
    with monkeypatch.context() as outage:
        away = NoResponse("ConnectionRefusedError: …")
        answer_instead(outage, streams_client(), "get_records", _raiser(away))
        for _ in range(10):
            with pytest.raises(EngineUnavailable):
                consumer.step()
    assert consumer.step() == 0


def _raiser(exc: Exception) -> Callable[..., Any]:
    def fail(**parameters: Any) -> Any:
        raise exc

    return fail
