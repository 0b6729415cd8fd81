"""Fifty at once. Each race is shown to go wrong first, with the guard taken out that the product relies on.

A barrier makes every import read before any of them writes: the worst moment, every time.
"""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from customers.importing import batch, contacts, creation
from customers.importing.batch import orders_import
from customers.importing.creation import ImportOutcome
from customers.importing.services import read_stored
from customers.services import customer_row
from customers.tables import Contact
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.tables import WebOrder
from packprod.dynamodb.reads import scan_all
from packprod.dynamodb.tables import Table
from packprod.dynamodb.writes import Operation, put

AT_ONCE = 50
ImportAll = Callable[[list[dict[str, Any]]], list[ImportOutcome]]


@pytest.fixture
def known_customer(imported: Callable[..., Any], make_order: Callable[..., dict[str, Any]]) -> None:
    """The contact is there already, so that nothing but the order itself is raced for."""
    imported(make_order("ORD-0"))


@pytest.fixture
def import_at_once(client_id: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> ImportAll:
    """Imports each payload in a thread of its own; all have read before the first one writes."""
    barrier = threading.Barrier(AT_ONCE, timeout=60)
    waited = threading.local()

    def read_together(*args: Any) -> Any:
        stored = read_stored(*args)
        if not hasattr(waited, "once"):  # who lost the race reads again, and waits for nobody
            waited.once = True
            barrier.wait()
        return stored

    monkeypatch.setattr(batch, "read_stored", read_together)

    def run(payloads: list[dict[str, Any]]) -> list[ImportOutcome]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = pool.map(lambda payload: orders_import(payloads=[payload], now=now)[0], payloads)
            return [result.outcome for result in results if result.outcome is not None]

    return run


@pytest.fixture
def without_condition(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Table]], None]:
    """Takes the `does_not_exist()` out of the import's transaction for one table."""

    def take_out(table: type[Table]) -> None:
        def unguarded(row: Table, *, condition: Any = None, **more: Any) -> Operation:
            return put(row, condition=None if isinstance(row, table) else condition, **more)

        for module in (contacts, creation):
            monkeypatch.setattr(module, "put", unguarded)

    return take_out


@pytest.fixture
def same(make_order: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    return [make_order("ORD-1")] * AT_ONCE


@pytest.fixture
def different(make_order: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """Fifty orders of one new e-mail address."""
    return [make_order(f"ORD-{number}") for number in range(AT_ONCE)]


def stored_contacts() -> list[str]:
    return [row["contactID"] for row in scan_all(Contact) if row.get("clientID") == settings.PACKPROD_CLIENT_ID]


def test_one_order_fifty_times(import_at_once: ImportAll, same: list[dict[str, Any]]) -> None:
    outcomes = import_at_once(same)
    assert len(outcomes) == AT_ONCE
    assert sum(one.created for one in outcomes) == 1
    assert sum(one.contact_created for one in outcomes) == 1
    assert len({(one.order_id, one.contact_id) for one in outcomes}) == 1
    assert len(order_list(OrderFilter(), limit=100).items) == 1


def test_one_order_with_fifty_contents_is_stored_once(
    known_customer: None, import_at_once: ImportAll, same: list[dict[str, Any]]
) -> None:
    (outcome,) = import_at_once([payload | {"source": str(number)} for number, payload in enumerate(same)])
    assert outcome.created


def test_one_order_fifty_times_goes_wrong_without_the_orders_condition(
    known_customer: None,
    import_at_once: ImportAll,
    same: list[dict[str, Any]],
    without_condition: Callable[[type[Table]], None],
) -> None:
    without_condition(WebOrder)
    assert sum(one.created for one in import_at_once(same)) > 1


def test_fifty_orders_of_one_new_customer(
    import_at_once: ImportAll, different: list[dict[str, Any]], caught_up: Callable[[], None], now: datetime
) -> None:
    outcomes = import_at_once(different)
    assert len(outcomes) == AT_ONCE
    assert sum(one.contact_created for one in outcomes) == 1
    (contact_id,) = stored_contacts()
    caught_up()
    row, _ = customer_row(contact_id, now=now)
    assert (row["orderCount"], row["totalSpend"]) == (AT_ONCE, Decimal(15 * AT_ONCE))


def test_fifty_orders_of_one_new_customer_go_wrong_without_the_derived_id(
    import_at_once: ImportAll, different: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "derived_contact_id", lambda customer: str(uuid.uuid4()))
    import_at_once(different)
    assert len(stored_contacts()) > 1


def test_fifty_orders_of_one_new_customer_go_wrong_without_the_contacts_condition(
    import_at_once: ImportAll, different: list[dict[str, Any]], without_condition: Callable[[type[Table]], None]
) -> None:
    without_condition(Contact)
    assert sum(one.contact_created for one in import_at_once(different)) > 1
