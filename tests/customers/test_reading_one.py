"""One customer: from the cache, or from the orders when the cache has no row or no table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from customers.cache_row import published
from customers.lists.listing import Listing, customer_list
from customers.services import customer_row
from customers.tables import CustomerMetrics, ListedCustomer
from orders.services import order_change_status
from packprod.dynamodb.reads import get
from packprod.dynamodb.tables import Table
from packprod.errors import NotFound
from packprod.readmodels.rebuild.verify import verify
from tests.customers.shop import Person, naive_list, whole_list
from tests.orders.foreign import delete_row, put_order


@pytest.fixture
def contact_id(imported: Callable[..., Any], make_order: Callable[..., Any]) -> str:
    """A customer with two orders that nobody has summarised yet."""
    return str(imported(make_order("A"), make_order("B"))[0].outcome.contact_id)


def test_a_missing_row_is_computed_and_there_next_time(
    contact_id: str, caught_up: Callable[[], None], now: datetime
) -> None:
    row, from_cache = customer_row(contact_id, now=now)
    assert (row["orderCount"], row["totalSpend"], from_cache) == (2, Decimal(30), False)
    assert customer_row(contact_id, now=now) == (row, True)
    caught_up()
    delete_row(CustomerMetrics, contact_id)
    assert customer_row(contact_id, now=now) == (row, False)
    assert get(CustomerMetrics, contact_id) == published(row)
    assert whole_list(Listing(), now=now) == [contact_id]
    assert verify(settle=0) == []


def test_unknown_and_strange_ids(contact_id: str, now: datetime) -> None:
    for unknown in ("nobody", "x" * 500, "\x00", "é"):
        with pytest.raises(NotFound):
            customer_row(unknown, now=now)


def test_a_customer_of_another_client_is_unknown(contact_id: str, now: datetime, settings: Any) -> None:
    customer_row(contact_id, now=now)
    settings.PACKPROD_CLIENT_ID = f"{settings.PACKPROD_CLIENT_ID}-2"
    with pytest.raises(NotFound):
        customer_row(contact_id, now=now)
    put_order(contactID=contact_id, total="5")
    row, _ = customer_row(contact_id, now=now)
    assert row["totalSpend"] == Decimal(5)


def test_a_customer_left_with_no_counted_order_is_gone(
    imported: Callable[..., Any], caught_up: Callable[[], None], make_order: Callable[..., Any], now: datetime
) -> None:
    outcomes = [result.outcome for result in imported(make_order("A"), make_order("B"))]
    order_change_status(order_id=outcomes[0].order_id, status="cancelled", now=now)
    caught_up()
    assert customer_row(outcomes[0].contact_id, now=now)[0]["orderCount"] == 1
    order_change_status(order_id=outcomes[1].order_id, status="refunded", now=now)
    caught_up()
    assert whole_list(Listing(), now=now) == whole_list(Listing(), search="john", now=now) == []
    with pytest.raises(NotFound):
        customer_row(outcomes[0].contact_id, now=now)
    order_change_status(order_id=outcomes[1].order_id, status="completed", now=now)
    caught_up()
    assert whole_list(Listing(), search="john", now=now) == [outcomes[0].contact_id]


@contextmanager
def missing(table: type[Table]) -> Iterator[None]:
    """The table goes by a name that the engine does not know."""
    with pytest.MonkeyPatch.context() as renamed:
        renamed.setattr(table.Meta, "table_name", "packprod-not-provisioned-yet")
        renamed.setattr(table, "_connection", None)
        yield


def test_without_the_table_of_customers_everything_is_worked_out_from_the_orders(
    shop: list[Person], now: datetime
) -> None:
    by_name = Listing("Active", "name", descending=False)
    with missing(ListedCustomer):
        page = customer_list(Listing(), search="", limit=200, position=None, now=now)
        assert not page.from_cache
        assert [row["contactID"] for row in page.page.items] == naive_list(shop, Listing())
        assert whole_list(by_name, limit=3, now=now) == naive_list(shop, by_name)
        assert whole_list(Listing(), search=shop[3].email, now=now) == [shop[3].contact_id]
        row, from_cache = customer_row(shop[3].contact_id, now=now)
        assert (row["totalSpend"], from_cache) == (shop[3].spend, False)
    assert customer_list(Listing(), search="", limit=200, position=None, now=now).from_cache


def test_without_the_cache_table_everything_is_shown_all_the_same(shop: list[Person], now: datetime) -> None:
    with missing(CustomerMetrics):
        assert whole_list(Listing(), limit=3, now=now) == naive_list(shop, Listing())
        row, from_cache = customer_row(shop[3].contact_id, now=now)
        assert (row["totalSpend"], from_cache) == (shop[3].spend, False)
    assert customer_row(shop[3].contact_id, now=now)[1]
