"""What an import costs in calls to the engine, whatever is stored; and what is written in which transaction."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from customers.contact_index.sweep import contact_keys_sweep
from customers.importing import creation
from customers.tables import Contact
from orders import references
from packprod.dynamodb import writes
from packprod.dynamodb.client import dynamodb
from packprod.dynamodb.errors import NoResponse, TransactionCancelled
from packprod.dynamodb.reads import get
from packprod.observability.request_context import RequestContext, enter_request
from tests.orders.foreign import put_row

Cost = Callable[..., int]


@pytest.fixture
def cost(imported: Callable[..., Any], make_order: Any, now: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cost]:
    """Calls to the engine of one import, with a complete index, in a process that runs for a while."""
    monkeypatch.setattr(references, "FRESH_SECONDS", 3600)
    contact_keys_sweep(clock=lambda: now, seconds=600)
    imported(make_order("FIRST", email="first@example.com"))

    def count(*payloads: dict[str, Any]) -> int:
        context = RequestContext()
        enter_request(context)
        try:
            assert all(result.outcome for result in imported(*payloads))
        finally:
            enter_request(None)
        return context.engine.calls

    yield count
    enter_request(None)


def test_one_order(cost: Cost, make_order: Any) -> None:
    """One batch read, one put, the read of the contact that settles it. A new contact takes a look at the stream, and a
    transaction that a put settles."""
    assert cost(make_order("A")) == 4
    assert cost(make_order("B")) == 3
    assert cost(make_order("B")) == 1


def test_an_array(cost: Cost, make_order: Any) -> None:
    """Of 40 new customers: two batch reads, their index entries, the stream, four transactions, the put. Of 20 known
    ones a batch read, a transaction, the read of the contacts."""
    orders = [make_order(f"R-{at}", email=f"p{at}@example.com") for at in range(40)]
    assert cost(*orders) <= 9
    assert cost(*orders) == 2
    assert cost(*(make_order(f"S-{at}", email=f"p{at}@example.com") for at in range(20))) == 3


def test_a_contact_of_another_product(cost: Cost, make_order: Any, client_id: str, now: Any) -> None:
    put_row(Contact, {"contactID": f"c-{client_id}", "clientID": client_id, "email": "Mary@Example.com"})
    contact_keys_sweep(clock=lambda: now, seconds=600)
    assert cost(make_order("A", email="mary@example.com")) == 4


def test_an_order_that_cancels_its_transaction_holds_up_no_other_one(
    imported: Callable[..., Any], make_order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contact of one order gets a company between reading and writing; the others are stored together."""
    contact_id = imported(make_order("A", customer={"email": "ann@example.com"}))[0].outcome.contact_id
    sizes, transact = list[int](), writes.transact
    changed = list[Any]()

    def in_between(operations: Any) -> None:
        if not changed:
            changed.append(put_row(Contact, (get(Contact, contact_id) or {}) | {"company": "Ann Pty"}))
        sizes.append(sum("Put" in one and "orderID" in one["Put"]["Item"] for one in operations))
        transact(operations)

    monkeypatch.setattr(creation, "transact", in_between)
    orders = [make_order(f"R-{at}", email=f"p{at}@example.com") for at in range(8)]
    filling = make_order("B", customer={"email": "ann@example.com", "company": "Ann & Sons"})
    results = imported(*orders[:4], filling, *orders[4:])
    assert [one.status for one in results] == [201] * 9
    assert sizes == [9, 8]
    assert results[4].outcome.contact_created is False


def test_a_transaction_that_is_cancelled_again_and_again_is_given_up_for_single_ones(
    imported: Callable[..., Any], make_order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(operations: Any) -> None:
        if sum("orderID" in one.get("Put", {}).get("Item", {}) for one in operations) > 1:
            raise TransactionCancelled("somebody else writes")
        writes.transact(operations)

    monkeypatch.setattr(creation, "transact", refusing)
    results = imported(*(make_order(f"R-{at}", email=f"p{at % 3}@example.com") for at in range(8)))
    assert [one.status for one in results] == [201] * 8
    assert len({one.outcome.contact_id for one in results}) == 3


def test_many_orders_of_one_new_contact(imported: Callable[..., Any], make_order: Any) -> None:
    """More than one transaction holds: the contact is made once, and what an order tells of it stays known."""
    customers = [{"email": "new@example.com"} | ({"name": "New"} if at == 50 else {}) for at in range(100)]
    results = imported(*(make_order(f"R-{at}", customer=one) for at, one in enumerate(customers)))
    assert [one.status for one in results] == [201] * 100
    assert [one.outcome.contact_created for one in results] == [True] + [False] * 99
    contact = get(Contact, results[0].outcome.contact_id) or {}
    assert (contact["name"], contact["email"]) == ("New", "new@example.com")


def test_large_orders_are_spread_over_transactions(
    imported: Callable[..., Any], make_order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction may take 4 MB, and the engine takes seconds for that."""
    sizes = list[int]()

    def counted(operations: Any) -> None:
        sizes.append(sum("orderID" in one.get("Put", {}).get("Item", {}) for one in operations))
        writes.transact(operations)

    monkeypatch.setattr(creation, "transact", counted)
    line = {"description": "ж" * 900, "quantity": 1, "unitPrice": "1"}
    items = [line | {"productCode": f"P-{at}"} for at in range(80)]
    results = imported(*(make_order(f"R-{at}", email=f"p{at}@example.com", items=items) for at in range(6)))
    assert [one.status for one in results] == [201] * 6
    assert sizes == [2, 2, 2]


@pytest.mark.parametrize("written", [True, False])
def test_settled_only_if_something_was_written(
    imported: Callable[..., Any], make_order: Any, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    settled = []
    imported(make_order("A"))
    monkeypatch.setattr("customers.importing.assumed_contacts.settle", lambda: settled.append(1))
    new = [make_order("B", email="new@example.com")] if written else []
    imported(make_order("A"), make_order("A"), *new)
    assert len(settled) == int(written)


@pytest.mark.parametrize("orders", [1, 3])
def test_a_strong_read_of_the_contacts_follows_the_last_write(
    imported: Callable[..., Any], make_order: Any, monkeypatch: pytest.MonkeyPatch, orders: int
) -> None:
    """It is what settles orders of known customers."""
    imported(*(make_order(f"A-{at}", email=f"p{at}@example.com") for at in range(orders)))
    sent, send = list[tuple[str, Any]](), dynamodb().send

    def noted(operation: str, parameters: Any) -> Any:
        answer = send(operation, parameters)
        sent.append((operation, parameters))
        return answer

    monkeypatch.setattr(dynamodb(), "send", noted)
    imported(*(make_order(f"B-{at}", email=f"p{at}@example.com") for at in range(orders)))
    read = sent[-1][1]
    assert sent[-2][0] == ("put_item" if orders == 1 else "transact_write_items")
    assert sent[-1][0] == ("get_item" if orders == 1 else "batch_get_item")
    tables = [read] if orders == 1 else list(read["RequestItems"].values())
    assert [one["ConsistentRead"] for one in tables] == [True]


def test_a_put_whose_answer_was_lost_is_known_to_be_ours(
    imported: Callable[..., Any], make_order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client puts it again. Without the second half of the condition the order would be one that was there."""
    imported(make_order("A"))
    lost, exchange = list[bytes](), dynamodb().connections.exchange

    def losing(request: bytes) -> Any:
        answer = exchange(request)
        if b".PutItem" in request and not lost:
            lost.append(request)
            raise NoResponse("the answer was lost")
        return answer

    monkeypatch.setattr(dynamodb().connections, "exchange", losing)
    (result,) = imported(make_order("B"))
    assert lost
    assert (result.status, result.outcome.created) == (201, True)
