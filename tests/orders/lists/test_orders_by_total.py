"""Lists of orders by total: exact order, the range of amounts, pages while totals change."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from orders.keys import total_key
from orders.lists import filter as order_filter
from orders.lists import listing
from orders.lists.filter import OrderFilter, searched
from orders.lists.listing import OrderListing, listed_orders, order_list
from orders.order import Order
from orders.tables import ListedOrder, WebOrder
from packprod.dynamodb import client, reads
from packprod.errors import ListBeingBuilt
from packprod.money import cents
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.stream.catching_up import catch_up
from tests.orders.foreign import delete_row, put_order
from tests.orders.ledger import NOW, Entry

TOTALS = [
    *("0", "-0.00", "-0.01", "0.000000000001", "-0.000000000001", "7", "7.00", "7.000000000001", "9", "10", "100"),
    *("99.99", "-5", "-40", "999999999999.999999999999", "-999999999999.999999999999", "1234.56", "0.1", "7", "12"),
]
AMOUNTS = [(None, None), ("7", None), (None, "7"), ("7", "7"), ("-5", "99.99"), ("8", "7"), ("500000", None)]


def put_totals() -> list[dict[str, Any]]:
    """One order of the present client for each of TOTALS, some of them of one instant, of two customers."""
    record_built()
    rows = [
        put_order(
            total=total,
            createdAt=f"2025-10-{1 + number % 9:02d}T10:30:00Z",
            contactID=f"contact-{number % 2}",
            status="shipped" if number % 3 else "received",
        )
        for number, total in enumerate(TOTALS)
    ]
    catch_up(clock=lambda: NOW)
    return rows


@pytest.fixture(scope="module")
def put_once(engine: None) -> tuple[str, list[dict[str, Any]]]:
    """The clientID and the rows of one shop for all tests that only read it."""
    client_id = f"totals-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        return client_id, put_totals()


@pytest.fixture
def by_totals(put_once: tuple[str, list[dict[str, Any]]], settings: Settings) -> list[dict[str, Any]]:
    """Their rows; the test runs as their client, and must write nothing."""
    settings.PACKPROD_CLIENT_ID, rows = put_once
    return rows


@pytest.fixture
def own_totals(client_id: str) -> list[dict[str, Any]]:
    """The same orders of the test's own, to write in."""
    return put_totals()


def pages(listing: OrderListing, *, limit: int) -> list[list[Order]]:
    """Every page."""
    found, position = [], None
    for _ in range(100):
        page = listed_orders(listing, limit=limit, position=position, now=NOW)
        found.append(page.items)
        position = page.next_position
        if position is None:
            return found
    raise AssertionError("the list has no end")


def ids(found: list[list[Order]]) -> list[str]:
    """Of all pages together."""
    return [order.order_id for page in found for order in page]


def read_total(row: dict[str, Any]) -> Decimal:
    """The total as every figure has it: to the cent."""
    return cents(Decimal(row["total"]))


def naive(rows: list[dict[str, Any]], *, descending: bool = True) -> list[str]:
    """The ids by total, then instant, then id."""
    key = lambda row: (read_total(row), row["createdAt"], row["orderID"])  # noqa: E731
    return [row["orderID"] for row in sorted(rows, key=key, reverse=descending)]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("limit", [1, 7, 200])
def test_the_order_is_exact_to_the_cent(by_totals: list[dict[str, Any]], descending: bool, limit: int) -> None:
    found = pages(OrderListing(sort="total", descending=descending), limit=limit)
    assert ids(found) == naive(by_totals, descending=descending)
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)


def test_keys_sort_like_numbers_and_have_one_width() -> None:
    in_order = sorted(map(Decimal, TOTALS))
    assert all((total_key(one) < total_key(two)) == (one < two) for one, two in pairwise(in_order))
    assert {len(total_key(one)) for one in in_order} == {25}


@pytest.mark.parametrize(("low", "high"), AMOUNTS)
@pytest.mark.parametrize("descending", [True, False])
def test_amounts_are_a_range_of_the_list(
    by_totals: list[dict[str, Any]],
    low: str | None,
    high: str | None,
    descending: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    amounts = [None if one is None else Decimal(one) for one in (low, high)]
    filter = OrderFilter(amount_from=amounts[0], amount_to=amounts[1])
    expected = [
        row
        for row in by_totals
        if (amounts[0] is None or read_total(row) >= amounts[0])
        and (amounts[1] is None or read_total(row) <= amounts[1])
    ]
    fetched = _counting(monkeypatch)
    found = pages(OrderListing(filter, "total", descending), limit=200)
    assert ids(found) == naive(expected, descending=descending)
    assert sum(fetched) == len(expected)  # nothing else was read


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many listed orders each query gave, and how many orders each batch read asked for."""
    read: list[int] = []
    real: Callable[..., Any] = client.call

    def counted(operation: str, **parameters: Any) -> Any:
        answer = real(operation, **parameters)
        if operation == "batch_get_item":
            read.extend(len(one["Keys"]) for one in parameters["RequestItems"].values())
        elif parameters["TableName"] == ListedOrder.engine_name():
            read.append(len(answer["Items"]))
        return answer

    monkeypatch.setattr(reads, "call", counted)
    return read


@pytest.mark.parametrize("few", [400, 3])
@pytest.mark.parametrize(
    "narrowed",
    [
        OrderFilter(contact_id="contact-1"),
        OrderFilter(status="received"),
        OrderFilter(contact_id="contact-0", status="shipped", amount_from=Decimal(7)),
        OrderFilter(product_code="TAPE-48", amount_to=Decimal(7)),
        OrderFilter(created_from=datetime(2025, 10, 2, tzinfo=UTC), created_before=datetime(2025, 10, 7, tzinfo=UTC)),
        "lambda-",
    ],
)
def test_other_filters_hold_whether_their_list_is_short_or_long(
    by_totals: list[dict[str, Any]], narrowed: OrderFilter | str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    monkeypatch.setattr(order_filter, "FEW", few)
    filter = searched(OrderFilter(), narrowed) if isinstance(narrowed, str) else narrowed
    kept = {order.order_id for order in order_list(filter, limit=200).items}
    expected = naive([row for row in by_totals if row["orderID"] in kept])
    assert expected
    for limit in (2, 200):
        assert ids(pages(OrderListing(filter, "total"), limit=limit)) == expected


def test_a_customers_orders_cost_their_number_not_that_of_all(
    by_totals: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_sizes = _counting(monkeypatch)
    assert len(ids(pages(OrderListing(OrderFilter(contact_id="contact-1"), "total"), limit=50))) == 10
    assert batch_sizes == []  # the index of the customer's orders holds them whole


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("search", ["", "lambda-"])
def test_nobody_is_met_twice_or_lost_while_totals_change(
    own_totals: list[dict[str, Any]], caught_up: Callable[..., None], descending: bool, search: str
) -> None:
    """Each step moves one order that was shown behind the reader, one that was not ahead of it, and adds one."""
    order, position, seen, moved = naive(own_totals, descending=descending), None, [], set()
    rows = {row["orderID"]: row for row in own_totals}
    ahead, behind = ("900000", "-900000") if descending else ("-900000", "900000")
    for step in range(4):
        now = NOW + timedelta(seconds=step)
        filter = searched(OrderFilter(), search)
        page = listed_orders(OrderListing(filter, "total", descending), limit=3, position=position, now=now)
        seen += [one.order_id for one in page.items]
        position = page.next_position
        shown = next(one for one in reversed(seen) if one in rows and one not in moved)
        unseen = next(one for one in reversed(order) if one not in seen and one not in moved)
        moved |= {shown, unseen}
        put_order(**rows[shown] | {"total": f"{behind}.{step}"})
        put_order(**rows[unseen] | {"total": f"{ahead}.{step}"})
        put_order(total="8", orderReference=f"new-{step}")
        caught_up(now + timedelta(milliseconds=500))
    while position:
        filter = searched(OrderFilter(), search)
        page = listed_orders(OrderListing(filter, "total", descending), limit=3, position=position, now=now)
        seen += [one.order_id for one in page.items]
        position = page.next_position
    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in rows and one not in moved] == [one for one in order if one not in moved]


def test_another_writers_change_moves_the_row_and_its_deletion_takes_it_out(
    own_totals: list[dict[str, Any]], caught_up: Callable[[], None]
) -> None:
    smallest = own_totals[TOTALS.index("-40")]
    put_order(**smallest | {"total": Decimal("5000.5")})
    caught_up()
    assert ids(pages(OrderListing(sort="total"), limit=200))[1] == smallest["orderID"]
    delete_row(WebOrder, smallest["orderID"])
    caught_up()
    assert smallest["orderID"] not in ids(pages(OrderListing(sort="total"), limit=200))


def test_a_list_that_is_still_being_built_is_not_shown(client_id: str, caught_up: Callable[[], None]) -> None:
    """A system with orders gets this list with an update: until its rebuild has ended, rows are missing."""
    put_order()
    caught_up()
    with pytest.raises(ListBeingBuilt, match="is being built"):
        listed_orders(OrderListing(sort="total"), limit=5, now=NOW)
    assert len(listed_orders(OrderListing(), limit=5, now=NOW).items) == 1
    record_built()
    assert len(listed_orders(OrderListing(sort="total"), limit=5, now=NOW).items) == 1


def test_a_year_of_orders_is_sorted(ledger: list[Entry]) -> None:
    record_built()
    found = [order for page in pages(OrderListing(sort="total"), limit=9) for order in page]
    assert {order.order_id for order in found} == {entry.order_id for entry in ledger}
    assert all(one.total >= two.total for one, two in pairwise(found))
