"""Lists of orders: every combination of filters against looking at every order."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from orders.lists import filter as order_filter
from orders.lists.filter import OrderFilter, searched
from orders.lists.listing import order_list
from orders.statuses import ORDER_STATUSES
from packprod.readmodels.parked import parked_orders
from tests.orders.ledger import EMAILS, NOW, Entry, all_orders, naive_list, order_pages

SPANS = [
    (None, None),
    (datetime(2025, 4, 5, 13, tzinfo=UTC), None),
    (None, datetime(2025, 10, 4, 14, tzinfo=UTC)),
    (datetime(2025, 4, 5, 13, tzinfo=UTC), datetime(2025, 10, 4, 14, tzinfo=UTC)),
    (NOW + timedelta(days=1), None),
]
SEARCHES = ["", "ord-1", "ORD-2", "Ord-1", "strasse", "ü", "nothing", "o", *EMAILS, " ann@EXAMPLE.com ", "ann@example"]


@pytest.mark.parametrize("search", SEARCHES)
def test_every_combination_shows_what_looking_at_every_order_shows(ledger: list[Entry], search: str) -> None:
    contacts = ["", "contact-of-the-old-lambda"]
    found_any = False
    for (start, end), status, contact_id in product(SPANS, ("", "shipped"), contacts):
        filter = searched(OrderFilter(start, end, status, contact_id), search)
        expected = naive_list(
            ledger, created_from=start, created_before=end, status=status, contact_id=contact_id, search=search
        )
        assert all_orders(filter, limit=200) == expected, filter
        found_any = found_any or bool(expected)
    assert found_any == (search != "nothing")


@pytest.mark.parametrize(
    ("filter", "search"),
    [
        (OrderFilter(), ""),
        (OrderFilter(status="received"), ""),
        (OrderFilter(), "ord-1"),
        (OrderFilter(), "BOB@example.com"),
        (OrderFilter(contact_id="contact-of-the-old-lambda"), ""),
        (OrderFilter(created_from=SPANS[3][0], created_before=SPANS[3][1], status="shipped"), ""),
        (OrderFilter(status="shipped"), "ord-1"),
    ],
)
@pytest.mark.parametrize("limit", [1, 7])
def test_small_pages_together_are_the_whole_list(
    ledger: list[Entry], filter: OrderFilter, search: str, limit: int
) -> None:
    filter = searched(filter, search)
    found = list(order_pages(filter, limit=limit))
    assert [one for page in found for one in page] == all_orders(filter)
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert all_orders(filter) == naive_list(
        ledger,
        created_from=filter.created_from,
        created_before=filter.created_before,
        status=filter.status,
        contact_id=filter.contact_id,
        search=search,
    )


@pytest.mark.parametrize("search", ["ord-1", "o", "Straße-1", "nothing"])
def test_both_plans_for_the_start_of_a_reference_find_the_same(
    ledger: list[Entry], monkeypatch: pytest.MonkeyPatch, search: str
) -> None:
    """Few orders with that start are looked up, many are found by walking the list."""
    for status in ("", "shipped"):
        looked_up = all_orders(searched(OrderFilter(status=status), search), limit=4)
        monkeypatch.setattr(order_filter, "FEW", 1)
        assert all_orders(searched(OrderFilter(status=status), search), limit=4) == looked_up
        monkeypatch.undo()


def test_the_statuses_make_up_the_whole(ledger: list[Entry]) -> None:
    by_status = [all_orders(OrderFilter(status=status)) for status in ORDER_STATUSES]
    assert sorted(one for found in by_status for one in found) == sorted(all_orders(OrderFilter()))


def test_broken_orders_and_those_of_others_are_in_no_list(ledger: list[Entry]) -> None:
    (parked,) = parked_orders()
    assert parked.reason == "total is not an amount of money: “broken”."
    assert set(all_orders(OrderFilter())) == {entry.order_id for entry in ledger}
    mine = [entry.order_id for entry in ledger if entry.contact_id == ledger[0].contact_id]
    assert set(all_orders(OrderFilter(contact_id=ledger[0].contact_id))) == set(mine)


def test_the_total_is_told_where_the_first_page_is_all(ledger: list[Entry]) -> None:
    assert order_list(OrderFilter(), limit=200).total == len(ledger)
    assert order_list(OrderFilter(), limit=len(ledger) - 1).total is None
    filter = searched(OrderFilter(), "nothing")
    assert (order_list(filter, limit=5).total, order_list(filter, limit=5).items) == (0, [])
