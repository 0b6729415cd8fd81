"""Two contacts that are one customer: joined, figures and lists have one; parted, both are as they were."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.merging.services import contact_merge, contact_orders_move, contact_orders_sweep, contact_unmerge
from customers.selectors import cached_row
from customers.services import customer_row
from customers.tables import Contact, CustomerMetrics
from orders import contact_aliases
from orders.contact_aliases import JOINED, ContactAlias, alias_rows, effective_contact
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.references import own_order_id
from orders.tables import WebOrder
from packprod.dates import format_instant
from packprod.dynamodb.reads import Item, get
from packprod.dynamodb.writes import update, write
from packprod.errors import EditConflict, InvalidInput, NotFound
from packprod.readmodels.derivation import derive
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.summary import summarise_upward
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.stored import said


@pytest.fixture
def pair(buy: Any) -> tuple[str, str]:
    """Two contacts with an order each: of 10.00, and of 5.50."""
    return buy("A-1", "jane@acme.example", "10.00"), buy("A-2", "j.doe@acme.example", "5.50")


def spend(contact_id: str) -> Decimal | None:
    """The spend in the cache row as stored."""
    row = cached_row(contact_id)
    return row["totalSpend"] if row else None


def references(contact_id: str) -> set[str]:
    """What the list of the contact's orders shows."""
    return {one.order_reference for one in order_list(OrderFilter(contact_id=contact_id), limit=50).items}


def test_joined_contacts_are_one_customer(pair: tuple[str, str], join: Any, now: Any) -> None:
    one, two = pair
    assert join(two, one) == one
    assert (spend(one), get(CustomerMetrics, two)) == (Decimal("15.50"), None)
    assert references(one) == references(two) == {"A-1", "A-2"}
    assert customer_row(two, now=now)[0]["contactID"] == one
    assert verify(settle=0) == []


def test_no_order_and_no_contact_is_written(pair: tuple[str, str], join: Any) -> None:
    before = stored_rows(*pair)
    join(*pair)
    assert stored_rows(*pair) == before


def stored_rows(*contact_ids: str) -> list[Item | None]:
    """The rows of these contacts and of both orders."""
    orders = [get(WebOrder, own_order_id(reference)) for reference in ("A-1", "A-2")]
    return [*(get(Contact, one) for one in contact_ids), *orders]


def test_parted_contacts_are_as_before(pair: tuple[str, str], join: Any, part: Any, client_id: str) -> None:
    one, two = pair
    before = said(client_id)
    join(two, one)
    assert said(client_id) != before
    assert part(two) == one
    assert said(client_id) == before
    assert alias_rows() == []
    assert verify(settle=0) == []


def test_later_orders_of_either_address_go_to_the_one_that_is_left(
    pair: tuple[str, str], join: Any, part: Any, buy: Any
) -> None:
    one, two = pair
    join(two, one)
    assert buy("A-3", "j.doe@acme.example", "1.00") == one
    assert buy("A-4", "jane@acme.example", "2.00") == one
    assert spend(one) == Decimal("18.50")
    part(two)
    assert (spend(one), spend(two)) == (Decimal("12.00"), Decimal("6.50"))
    assert references(two) == {"A-2", "A-3"}
    assert verify(settle=0) == []


def test_orders_of_other_writers_follow(pair: tuple[str, str], join: Any, client_id: str, caught_up: Any) -> None:
    one, two = pair
    join(two, one)
    writer = ForeignWriter(client_id)
    writer.put("foreign", total=Decimal(100), contactID=two)
    caught_up()
    assert spend(one) == Decimal("115.50")
    assert len(references(one)) == 3
    writer.delete_all()
    caught_up()


def test_a_chain_of_merges_ends_in_the_last(buy: Any, join: Any, part: Any) -> None:
    a, b, c = (
        buy(f"C-{name}", f"{name}@acme.example", f"{price}.00") for name, price in (("a", 1), ("b", 2), ("c", 4))
    )
    join(a, b)
    join(b, c)
    assert [effective_contact(one) for one in (a, b, c)] == [c, c, c]
    assert (spend(a), spend(b), spend(c)) == (None, None, Decimal(7))
    assert references(a) == {"C-a", "C-b", "C-c"}
    part(b)
    assert (spend(a), spend(b), spend(c)) == (None, Decimal(3), Decimal(4))
    part(a)
    assert (spend(a), spend(b), spend(c)) == (Decimal(1), Decimal(2), Decimal(4))
    assert verify(settle=0) == []


def test_merging_into_a_merged_contact_goes_to_the_one_that_is_left(buy: Any, join: Any) -> None:
    a, b, c = (buy(f"C-{name}", f"{name}@acme.example", "1.00") for name in "abc")
    join(a, b)
    assert join(c, a) == b
    assert spend(b) == Decimal(3)


def test_a_move_that_died_is_finished_by_the_sweep(pair: tuple[str, str], now: Any, client_id: str) -> None:
    one, two = pair
    contact_merge(contact_id=two, into=one, merged_by="anna", now=now)
    assert spend(two) == Decimal("5.50")  # its worker died before it began
    assert contact_orders_sweep(now=now) == 1
    assert (spend(one), spend(two)) == (Decimal("15.50"), None)
    assert [row["state"] for row in alias_rows()] == [JOINED]
    contact_unmerge(contact_id=two)
    assert contact_orders_sweep(now=now) == 1
    assert (spend(one), spend(two)) == (Decimal("10.00"), Decimal("5.50"))
    assert contact_orders_sweep(now=now) == 0
    contact_merge(contact_id=two, into=one, merged_by="anna", now=now)
    write(update(ContactAlias(client_id, two), actions=[ContactAlias.begun_at.set(format_instant(now))]))
    assert contact_orders_sweep(now=now) == 0  # a worker is at it
    assert contact_orders_sweep(now=now + timedelta(minutes=3)) == 1  # it died
    assert spend(one) == Decimal("15.50")
    contact_unmerge(contact_id=two)
    assert contact_orders_move(contact_id=two, now=now)
    assert contact_orders_move(contact_id=two, now=now) is False


def test_what_cannot_be_joined(pair: tuple[str, str], join: Any, part: Any, now: Any) -> None:
    one, two = pair

    def merge(contact_id: str, into: str) -> None:
        contact_merge(contact_id=contact_id, into=into, merged_by="anna", now=now)

    for contact_id, into, error in (
        (one, one, InvalidInput),
        ("", one, InvalidInput),
        ("*", one, InvalidInput),
        (one, "*", InvalidInput),
        ("x" * 201, one, InvalidInput),
        ("nobody", one, NotFound),
        (one, "nobody", NotFound),
    ):
        with pytest.raises(error):
            merge(contact_id, into)
    join(two, one)
    for contact_id, into in ((two, one), (one, two)):  # again, and round in a circle
        with pytest.raises(InvalidInput):
            merge(contact_id, into)
    part(two)
    with pytest.raises(EditConflict):
        part(two)
    assert alias_rows() == []


def test_another_client_follows_no_alias_of_ours(pair: tuple[str, str], join: Any, settings: Any) -> None:
    one, two = pair
    join(two, one)
    settings.PACKPROD_CLIENT_ID = "somebody-else"
    assert effective_contact(two) == two


def test_an_order_derived_while_its_contact_is_joined_ends_where_it_belongs(
    pair: tuple[str, str], imported: Any, make_order: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process joins the contacts, and moves their orders, between the consumer's reading of the aliases and
    its commit: the move cannot see the order yet."""
    one, two = pair
    order_id = imported(make_order("A-3", email="j.doe@acme.example"))[0].outcome.order_id
    waiting = [dict(contact_aliases._known)]

    def join_first(*arguments: Any, **keywords: Any) -> Any:
        while waiting:
            known = waiting.pop()
            contact_merge(contact_id=two, into=one, merged_by="anna", now=now)
            contact_orders_move(contact_id=two, now=now)
            contact_aliases._known.update({client: (old, float("inf")) for client, (old, _) in known.items()})
        return derive(*arguments, **keywords)

    monkeypatch.setattr("packprod.readmodels.projection.derive", join_first)
    summarise_upward(project([order_id], now=now), now=now)
    assert (spend(one), spend(two)) == (Decimal("30.50"), None)
