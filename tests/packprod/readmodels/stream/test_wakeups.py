"""A change wakes a worker at once, and while the consumer is behind, a little later."""

from collections import Counter

import pytest

from packprod.readmodels.registry import bucket_id
from packprod.readmodels.stream.wakeups import MANY_RECORDS, Wakeups


class Sent(list[list[str]]):
    """What was sent, call by call."""

    @property
    def buckets(self) -> list[str]:
        return [bucket for sent in self for bucket in sent]


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def wakeups(sent: Sent) -> Wakeups:
    return Wakeups(sent.append)


def test_what_is_due_is_sent_once_and_together(wakeups: Wakeups, sent: Sent) -> None:
    wakeups.add(["ann", "bob", "ann"], now=100)
    wakeups.flush(now=100)
    wakeups.flush(now=101)
    assert sent == [["ann", "bob"]]
    assert wakeups.pending == 0


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


def test_while_many_records_are_read_at_once_summaries_wait_for_the_next_batches(wakeups: Wakeups, sent: Sent) -> None:
    """Those of customers a second, the others five; the first batch decides, so that none waits for ever."""
    customer, product = bucket_id("customer", "ann"), bucket_id("product", "BOX")
    for second in range(7):
        wakeups.add([customer, product], now=100 + second, records=MANY_RECORDS)
        wakeups.flush(now=100 + second)
    assert Counter(sent.buckets) == {customer: 3, product: 1}
    wakeups.add([customer], now=200)
    wakeups.flush(now=200)
    assert customer in sent[-1]
    assert wakeups.pending == 0
