"""Fixtures of the read models' tests."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import pytest

from customers.read_model import CUSTOMERS
from customers.tables import CustomerMetrics
from packprod.dynamodb.reads import Item, get
from packprod.readmodels.projection import project
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.stream.sweep import dirty_buckets
from packprod.readmodels.summary import summarise
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.stored import wipe

Follow = Callable[..., None]
CacheRow = Callable[[str], Item | None]


def summarise_dirty(now: datetime) -> None:
    """Works off every dirty summary, and those that these make dirty, as the workers do sooner or later."""
    while waiting := list(dirty_buckets(now=now)):
        summarise(waiting, now=now)


@pytest.fixture
def writer(client_id: str) -> Iterator[ForeignWriter]:
    """Another program that writes this client's orders. It tidies up: verification reads whole tables."""
    writer = ForeignWriter(client_id)
    yield writer
    writer.delete_all()
    wipe(client_id)


@pytest.fixture
def follow(client_id: str, now: datetime) -> Follow:
    """Does for these orders what consumer and worker do, without the stream."""

    def run(order_ids: str | Iterable[str], at: datetime = now) -> None:
        project([order_ids] if isinstance(order_ids, str) else order_ids, now=at)
        summarise_dirty(at)

    return run


@pytest.fixture
def cached(writer: ForeignWriter) -> CacheRow:
    """The cache row of a contact by its short name."""
    return lambda contact: get(CustomerMetrics, writer.contact_id(contact))


@pytest.fixture
def customer_bucket(writer: ForeignWriter) -> Callable[[str], str]:
    """The bucket of a contact by its short name."""
    return lambda contact: bucket_id(CUSTOMERS.name, writer.contact_id(contact))
