"""Summaries wait for a worker once, are due at once when they were quiet, and are taken in batches."""

import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from packprod.readmodels.registry import SHORTEST_INTERVAL, bucket_id, interval_of
from packprod.readmodels.stream.waiting import (
    SUMMARIES_PER_TASK,
    WakeUp,
    _keys,
    queue_state,
    take_waiting,
    wait_for_worker,
)

CUSTOMERS, OTHERS = "customers", "celery"


@pytest.fixture(autouse=True)
def client() -> "Iterator[redis.Redis]":
    """Redis, without what earlier tests left waiting."""
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as client:
        client.delete(*_keys(CUSTOMERS), *_keys(OTHERS))
        yield client
        client.delete(*_keys(CUSTOMERS), *_keys(OTHERS))


def ids(name: str, *keys: str) -> list[str]:
    return [bucket_id(name, key) for key in keys]


def test_a_quiet_summary_is_due_at_once_in_the_queue_of_its_read_model() -> None:
    assert wait_for_worker(ids("customer", "ann")) == [WakeUp(CUSTOMERS, 0)]
    assert wait_for_worker(ids("product", "BOX")) == [WakeUp(OTHERS, 0)]
    assert take_waiting(CUSTOMERS) == ids("customer", "ann")
    assert take_waiting(OTHERS) == ids("product", "BOX")
    assert take_waiting(CUSTOMERS) == []


def test_what_waits_is_not_queued_again() -> None:
    wait_for_worker(ids("customer", "ann", "ann", "bob"))
    assert wait_for_worker(ids("customer", "bob", "ann")) == []
    assert take_waiting(CUSTOMERS) == ids("customer", "ann", "bob")


@pytest.mark.parametrize(("name", "queue"), [("customer", CUSTOMERS), ("product", OTHERS)])
def test_what_follows_is_due_when_the_interval_is_over(name: str, queue: str) -> None:
    one = ids(name, "one")
    wait_for_worker(one)
    take_waiting(queue)
    (wake_up,) = wait_for_worker(one)
    interval = interval_of(one[0])
    assert interval >= SHORTEST_INTERVAL
    assert interval - 0.1 <= wake_up.countdown <= interval
    assert take_waiting(queue) == []
    time.sleep(wake_up.countdown)
    assert take_waiting(queue) == one


def test_a_steady_stream_of_changes_is_taken_once_an_interval() -> None:
    one, taken, until = ids("customer", "ann"), 0, time.monotonic() + 5 * SHORTEST_INTERVAL
    while time.monotonic() < until:
        wait_for_worker(one)
        taken += len(take_waiting(CUSTOMERS))
        time.sleep(0.005)
    assert 3 <= taken <= 7


def test_many_are_taken_in_batches_the_longest_due_first() -> None:
    many = ids("customer", *(f"{number:03}" for number in range(2 * SUMMARIES_PER_TASK + 5)))
    assert wait_for_worker(many) == 3 * [WakeUp(CUSTOMERS, 0)]
    time.sleep(0.01)
    wait_for_worker(ids("customer", "000000"))
    taken = [take_waiting(CUSTOMERS) for _ in range(4)]
    assert [len(batch) for batch in taken] == [SUMMARIES_PER_TASK, SUMMARIES_PER_TASK, 6, 0]
    assert [one for batch in taken for one in batch] == [*many, *ids("customer", "000000")]


def test_whose_task_was_lost_gets_another_one(client: "redis.Redis") -> None:
    """Redis was restarted with what waited, but without the tasks."""
    wait_for_worker(ids("customer", "ann"))
    client.zincrby(_keys(CUSTOMERS)[0], -6_000, ids("customer", "ann")[0])
    assert wait_for_worker(ids("customer", "ann")) == [WakeUp(CUSTOMERS, 0)]


def test_nothing_is_remembered_of_summaries_gone_quiet(client: "redis.Redis") -> None:
    """Or Redis would grow with every customer ever seen."""
    for number in range(50):
        wait_for_worker(ids("customer", str(number)))
        take_waiting(CUSTOMERS)
        client.zincrby(_keys(CUSTOMERS)[1], -11_000, ids("customer", str(number))[0])
    assert client.zcard(_keys(CUSTOMERS)[1]) <= 1
    assert client.zcard(_keys(CUSTOMERS)[0]) == 0


def test_the_queue_is_as_long_as_what_waits() -> None:
    before = queue_state()
    wait_for_worker([*ids("customer", "ann", "bob"), *ids("product", "BOX")])
    after = queue_state()
    assert before is not None
    assert after is not None
    assert after.length - before.length == 3
