"""Many events of one bucket become one wake-up per window, and the first is never late."""

import pytest

from packprod.readmodels.registry import bucket_id
from packprod.readmodels.stream.wakeups import BUCKETS_PER_TASK, MANY_RECORDS, WINDOW_SECONDS, Wakeups


class Sent(list[list[str]]):
    """What was sent, task by task."""

    @property
    def buckets(self) -> list[str]:
        return [bucket for task in self for bucket in task]


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def wakeups(sent: Sent) -> Wakeups:
    return Wakeups(sent.append)


def test_the_first_event_of_a_quiet_bucket_wakes_at_once(wakeups: Wakeups, sent: Sent) -> None:
    wakeups.add(["ann"], now=100)
    wakeups.flush(now=100)
    assert sent == [["ann"]]
    assert wakeups.pending == 0


def test_a_burst_is_one_wake_up_now_and_one_at_the_end_of_the_window(wakeups: Wakeups, sent: Sent) -> None:
    for tenth_of_a_window in range(10):
        now = 100 + tenth_of_a_window * WINDOW_SECONDS / 10
        wakeups.add(["ann"], now=now)
        wakeups.flush(now=now)
    assert sent == [["ann"]]
    assert wakeups.pending == 1
    wakeups.flush(now=100 + WINDOW_SECONDS)
    assert sent == [["ann"], ["ann"]]
    assert wakeups.pending == 0


def test_a_steady_stream_of_events_wakes_once_a_window(wakeups: Wakeups, sent: Sent) -> None:
    for step in range(200):
        now = 100 + step * WINDOW_SECONDS / 20
        wakeups.add(["ann"], now=now)
        wakeups.flush(now=now)
    assert 10 <= len(sent) <= 11


def test_buckets_do_not_wait_for_each_other(wakeups: Wakeups, sent: Sent) -> None:
    wakeups.add(["ann"], now=100)
    wakeups.flush(now=100)
    wakeups.add(["ann", "bob"], now=100)
    wakeups.flush(now=100)
    assert sent.buckets == ["ann", "bob"]


def test_many_buckets_go_out_in_tasks_of_a_few(wakeups: Wakeups, sent: Sent) -> None:
    names = [f"bucket-{number}" for number in range(2 * BUCKETS_PER_TASK + 5)]
    wakeups.add([*names, *names], now=100)
    wakeups.flush(now=100)
    assert [len(task) for task in sent] == [BUCKETS_PER_TASK, BUCKETS_PER_TASK, 5]
    assert sent.buckets == names


def test_what_cannot_be_sent_stays_planned(sent: Sent) -> None:
    outage = [ConnectionError("away")]

    def send(buckets: list[str]) -> None:
        if outage:
            raise outage.pop()
        sent.append(buckets)

    wakeups = Wakeups(send)
    wakeups.add(["ann"], now=100)
    with pytest.raises(ConnectionError):
        wakeups.flush(now=100)
    assert wakeups.pending == 1
    wakeups.flush(now=101)
    assert sent == [["ann"]]


def test_nothing_is_remembered_of_buckets_gone_quiet(wakeups: Wakeups) -> None:
    """Or the consumer's memory would grow with every customer ever seen."""
    for number in range(50):
        wakeups.add([f"bucket-{number}"], now=100 + number)
        wakeups.flush(now=100 + number)
    assert len(wakeups._sent) <= 1


def test_while_many_records_are_read_at_once_summaries_wait_for_the_next_batches(wakeups: Wakeups, sent: Sent) -> None:
    """Those of customers a second, the others five; the first batch decides, so that none waits for ever."""
    customer, product = bucket_id("customer", "ann"), bucket_id("product", "BOX")
    for second in range(7):
        wakeups.add([customer, product], now=100 + second, records=MANY_RECORDS)
        wakeups.flush(now=100 + second)
    assert sent.buckets == [customer, customer, customer, product]
    wakeups.add([customer], now=200)
    wakeups.flush(now=200)
    assert sent.buckets[4:] == [customer]
