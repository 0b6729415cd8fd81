"""A search in the admin's list of orders: every order that has the words, and nothing else about customers changes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from customers import read_model
from customers.lists import filter as customer_filter
from customers.lists.listing import Listing, customer_list
from customers.tables import CustomerMetrics
from orders.admin.order_list import OrderSource
from orders.lists import filter as order_filter
from orders.lists import listing
from orders.lists.filter import OrderFilter
from orders.services import order_change_status
from packprod.admin.table_model import TableQuery
from packprod.dynamodb.reads import get
from packprod.readmodels.lists import pages, search_index
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.rebuild.verify import verify
from tests.conftest import NOW

Found = Callable[..., list[str]]


@pytest.fixture
def found() -> Found:
    """The references of all pages that a search shows, newest first."""

    def search(text: str, *, limit: int = 2, **options: Any) -> list[str]:
        query, position, seen = TableQuery(search=text, **options), None, []
        while True:
            page = OrderSource().page(query, limit=limit, position=position, now=NOW)
            seen += [str(row) for row in page.items]
            assert page.total in (None, len(seen))
            position = page.next_position
            if position is None:
                return seen

    return search


@pytest.fixture
def shop(
    imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[..., None]
) -> dict[str, str]:
    """Ten orders, a day each: the contactID behind each reference."""
    record_built()
    people = {
        "A-1": ("Mei Lin", "chen@example.com", "received"),  # called otherwise by now
        "A-2": ("Mei Chen", "chen@example.com", "received"),
        "A-3": ("Chen Wu", "wu@example.com", "cancelled"),  # nothing counts
        "A-4": ("Chen Wu", "wu@example.com", "refunded"),
        "Chen-55": ("Ann Ng", "ann@example.com", "received"),
        "A-6": ("Bob Chen", "bob@example.com", "received"),
        "A-7": ("Ann Ng", "ann@example.com", "received"),  # holds the product CHEN
        "A-8": ("Ann Ng", "ann@example.com", "cancelled"),
        "chen-9": ("Bob Chen", "bob@example.com", "received"),  # by both
        "B-1": ("Lin Wu", "lw@example.com", "received"),  # as others were called, or are without counting
    }
    orders = [
        make_order(
            reference,
            createdAt=f"2025-10-{10 + at:02d}T10:30:00Z",
            customer={"name": name, "email": email},
            status=status,
            items=[{"productCode": "chen" if reference == "A-7" else "BOX", "quantity": 1, "unitPrice": at + 1}],
        )
        for at, (reference, (name, email, status)) in enumerate(people.items())
    ]
    outcomes = [one.outcome for one in imported(*orders)]
    caught_up()
    return {one.order_reference: one.contact_id for one in outcomes if one}


CHEN = ["chen-9", "A-7", "A-6", "Chen-55", "A-4", "A-3", "A-2", "A-1"]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_reference_product_and_names_are_found_together(shop: dict[str, str], found: Found, limit: int) -> None:
    assert found("chen", limit=limit) == CHEN
    assert found("chen", limit=limit, sort="created_at") == CHEN[::-1]
    assert found("chen", limit=limit, sort="total", descending=True) == CHEN
    assert found("chen", limit=limit, filters={"status": "received"}) == [
        one for one in CHEN if one not in ("A-3", "A-4")
    ]
    assert found("CHEN", limit=limit) == CHEN


def test_orders_under_an_earlier_name_and_of_nobody_counted_are_found(shop: dict[str, str], found: Found) -> None:
    assert found("lin") == ["B-1", "A-1"]
    assert found("mei") == ["A-2", "A-1"]
    assert found("wu") == ["B-1", "A-4", "A-3"]
    assert found("wu chen") == ["A-4", "A-3"]
    assert found("ann") == ["A-8", "A-7", "Chen-55"]
    assert found("nobody") == found("*") == found("lin mei ann") == []


def test_a_search_of_common_words_walks_and_finds_the_same(
    shop: dict[str, str], found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((order_filter, "FEW_CONTACTS"), (search_index, "FEW")):
        with monkeypatch.context() as common:
            common.setattr(module, name, 1)
            assert found("chen") == CHEN
            assert found("wu") == ["B-1", "A-4", "A-3"]


@pytest.mark.parametrize("farthest", [100, 3])
def test_a_page_is_not_empty_because_nobody_whom_it_shows_ordered_lately(
    shop: dict[str, str], found: Found, monkeypatch: pytest.MonkeyPatch, farthest: int
) -> None:
    """More rows are looked through than are read with what they show; after very many of them a page ends all the
    same."""
    monkeypatch.setattr(pages, "MAX_EXAMINED", 2)
    monkeypatch.setattr(listing, "_FARTHEST", farthest)
    monkeypatch.setattr(order_filter, "FEW_CONTACTS", 0)
    monkeypatch.setattr(listing, "FEW_CONTACTS", 0)
    first = OrderSource().page(TableQuery(search="mei"), limit=50, position=None, now=NOW)
    assert [str(row) for row in first.items] == (["A-2", "A-1"] if farthest == 100 else [])
    assert found("mei") == ["A-2", "A-1"]
    assert found("lin") == ["B-1", "A-1"]
    members = frozenset({shop["A-1"]})
    of_segment = OrderFilter(segment="VIP", segment_members=members)
    page = listing.order_list(of_segment, limit=50)
    assert [one.order_reference for one in page.items] == (["A-2", "A-1"] if farthest == 100 else [])


def test_the_plan_may_change_between_two_pages(
    shop: dict[str, str], found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = OrderSource().page(TableQuery(search="chen"), limit=3, position=None, now=NOW)
    monkeypatch.setattr(order_filter, "FEW_CONTACTS", 1)
    second = OrderSource().page(TableQuery(search="chen"), limit=50, position=first.next_position, now=NOW)
    assert [str(row) for row in (*first.items, *second.items)] == CHEN


def test_a_contact_of_too_many_names_is_found_by_any(
    client_id: str,
    make_order: Callable[..., Any],
    imported: Callable[..., Any],
    caught_up: Callable[..., None],
    found: Found,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(read_model, "MOST_WORDS", 4)
    record_built()
    names = ("Ann Ng", "Bob Ray", "Cid Poe")
    imported(*(make_order(name[:3], customer={"name": name, "email": "desk@big.com"}) for name in names))
    caught_up()
    assert [found(name) for name in ("ng", "ray", "poe", "ng ray")] == [["Ann"], ["Bob"], ["Cid"], []]
    assert customer_list(Listing(), search="desk", limit=9, position=None, now=NOW).page.total == 1
    assert customer_list(Listing(), search="*", limit=9, position=None, now=NOW).page.total == 0


def test_until_the_index_is_built_the_orders_are_walked(
    shop: dict[str, str], found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_filter, "is_built", lambda model: False)
    monkeypatch.setattr(customer_filter, "few_subjects", lambda kind, words: set())
    assert found("wu") == ["B-1", "A-4", "A-3"]


def figures(contact_id: str) -> tuple[Any, ...]:
    row = get(CustomerMetrics, contact_id) or {}
    return row.get("orderCount"), row.get("totalSpend"), row.get("lastOrderReference")


def test_customers_are_as_they_were(
    shop: dict[str, str], found: Found, caught_up: Callable[..., None], now: datetime
) -> None:
    def listed(search: str) -> list[str]:
        return [
            row["name"] for row in customer_list(Listing(), search=search, limit=9, position=None, now=now).page.items
        ]

    assert sorted(listed("")) == ["Ann Ng", "Bob Chen", "Lin Wu", "Mei Lin"]
    assert (listed("lin"), listed("chen wu"), listed("mei")) == (["Lin Wu", "Mei Lin"], [], ["Mei Lin"])
    assert get(CustomerMetrics, shop["A-3"]) is None
    assert figures(shop["A-8"]) == (2, 12, "A-7")
    assert verify(settle=0) == []
    order = next(iter(OrderSource().page(TableQuery(search="A-8"), limit=1, position=None, now=now).items))
    order_change_status(order_id=order.pk, status="shipped", updated_by="x", now=now)
    caught_up()
    assert figures(shop["A-8"]) == (3, 20, "A-8")
    assert verify(settle=0) == []


def test_a_search_reads_what_it_finds(shop: dict[str, str], found: Found, engine_calls: list[str]) -> None:
    found("x")  # from then on it is known that the index is built
    for text, most in (("nobody", 4), ("wu", 8), ("A-7", 6), ("a@example.com", 4), ("02 5550", 6)):
        engine_calls.clear()
        OrderSource().page(TableQuery(search=text), limit=50, position=None, now=NOW)
        assert len(engine_calls) <= most, (text, engine_calls)
