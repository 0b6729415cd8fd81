"""Fixtures of all tests. Each test is a client of its own in shared tables, so nothing has to be cleaned up between
tests, and that clients never see each other's rows is exercised all the time."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pytest_django import Settings

from customers.importing.batch import ImportResult, orders_import
from packprod.dynamodb.client import call
from packprod.dynamodb.leases import ShardLease
from packprod.dynamodb.provisioning import provision
from packprod.dynamodb.reads import scan_all
from packprod.dynamodb.tables import registered_tables
from packprod.readmodels.stream.catching_up import catch_up

pytest_plugins = [
    "tests.edited_shop",
    "tests.engine_calls",
    "tests.http_clients",
    "tests.log_output",
    "tests.outages",
    "tests.regular_customer",
    "tests.staff",
]
NOW = datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC)


class _Engine:
    """Whether the tables were made, the folder of the test that runs, and the shops that lie in the tables."""

    made = False
    folder: Path | None = None
    opened: ClassVar[dict[Any, Any]] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For pytest-xdist (`-n 2 --dist loadgroup`): a folder stays in one process, as its tests share tables, and what
    starts the whole product runs one after another."""
    for item in items:
        group = "system" if item.get_closest_marker("system") else str(item.path.parent)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each folder of tests starts on empty tables: verification reads them whole, whosever rows they hold."""
    if _Engine.made and _Engine.folder != item.path.parent:
        for table in registered_tables():
            call("delete_table", TableName=table.engine_name())
        _make_tables()
        _Engine.opened.clear()
    _Engine.folder = item.path.parent


@pytest.fixture(scope="session")
def engine() -> None:
    """Every table, in the session's in-memory engine."""
    _make_tables()
    _Engine.made = True


def _make_tables() -> None:
    for table in registered_tables():
        list(provision(table))
        if table.ttl_attribute:  # NOW lies in the past: the engine would delete what is written as of then
            off = {"Enabled": False, "AttributeName": table.ttl_attribute}
            call("update_time_to_live", TableName=table.engine_name(), TimeToLiveSpecification=off)


@pytest.fixture
def opened_once(engine: None) -> Callable[..., Any]:
    """`opened_once(open_shop, zone)`: opens a shop for all tests of a folder that only read it."""

    def opened(open_shop: Callable[..., Any], *parameters: Any) -> Any:
        if (open_shop, *parameters) not in _Engine.opened:
            _Engine.opened[open_shop, *parameters] = open_shop(*parameters)
        return _Engine.opened[open_shop, *parameters]

    return opened


@pytest.fixture(scope="session")
def clients() -> list[str]:
    """The clients of the session so far."""
    return []


@pytest.fixture
def client_id(engine: None, settings: Settings, clients: list[str]) -> str:
    """A client nobody else is. It goes on in the stream where the one before stopped: what lies behind is not its."""
    client_id = f"client-{uuid.uuid4().hex[:12]}"
    for lease in list(scan_all(ShardLease)) if clients else ():
        if lease["leaseID"].startswith(clients[-1]):
            lease_id = lease["leaseID"].replace(clients[-1], client_id)
            ShardLease(lease_id, checkpoint=lease.get("checkpoint")).save()
    clients.append(client_id)
    settings.PACKPROD_CLIENT_ID = client_id
    return client_id


@pytest.fixture
def now() -> datetime:
    """The present of the contract's check row."""
    return NOW


@pytest.fixture
def make_order(now: datetime) -> Callable[..., dict[str, Any]]:
    """A valid order as n8n sends it; keywords replace its fields."""

    def build(reference: str = "ORD-1", *, email: str = "john@example.com", **changes: Any) -> dict[str, Any]:
        order: dict[str, Any] = {
            "orderReference": reference,
            "createdAt": "2025-10-20T10:30:00Z",
            "customer": {"name": "John Smith", "email": email, "company": "Acme Corp"},
            "items": [{"productCode": "BOX-A4", "description": "Mailing box A4", "quantity": 10, "unitPrice": "1.50"}],
        }
        return order | changes

    return build


@pytest.fixture
def imported(client_id: str, now: datetime) -> Callable[..., list[ImportResult]]:
    """Imports payloads through the service."""

    def run(*payloads: dict[str, Any], on_conflict: Any = "reject") -> list[ImportResult]:
        return orders_import(payloads=payloads, on_conflict=on_conflict, now=now)

    return run


@pytest.fixture
def caught_up(client_id: str, now: datetime) -> Callable[..., None]:
    """Brings the read models up to date from the stream, as of `now` or another instant."""

    def run(at: datetime = now) -> None:
        catch_up(clock=lambda: at)

    return run
