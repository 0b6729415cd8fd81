"""A damaged row of the list of customers is computed from the orders; it never takes a list down with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from customers.cache_row import customer_id
from customers.lists.listing import Listing, customer_list
from customers.services import customer_row, customer_rows_mend
from customers.tables import ListedCustomer
from packprod.dynamodb.client import call
from packprod.readmodels.rebuild.verify import verify


@pytest.fixture
def damaged(imported: Callable[..., Any], caught_up: Callable[..., None], make_order: Callable[..., Any]) -> str:
    good = imported(make_order("D-1"), make_order("D-2", email="other@example.com"))
    caught_up()
    contact_id = str(good[0].outcome.contact_id)
    call(
        "update_item",
        TableName=ListedCustomer.engine_name(),
        Key={"customerID": {"S": customer_id(contact_id)}},
        UpdateExpression="SET totalSpend = :junk REMOVE #name",
        ExpressionAttributeNames={"#name": "name"},
        ExpressionAttributeValues={":junk": {"S": "junk"}},
    )
    return contact_id


def test_one_customer_is_computed_and_there_next_time(damaged: str, now: datetime) -> None:
    row, from_cache = customer_row(damaged, now=now)
    assert (row["name"], from_cache) == ("John Smith", False)
    assert customer_row(damaged, now=now)[1]


@pytest.mark.parametrize("segment", ["", "New"])
@pytest.mark.parametrize("search", ["", "john"])
def test_the_list_shows_everybody_whole(segment: str, search: str, damaged: str, now: datetime) -> None:
    found = customer_list(Listing(segment), search=search, limit=10, position=None, now=now).page
    assert {row["name"] for row in found.items} == {"John Smith"}
    assert len(found.items) == 2


def test_a_list_says_who_is_damaged_and_a_service_mends_them(damaged: str, now: datetime) -> None:
    """Reading writes nothing."""
    found = customer_list(Listing(), search="", limit=10, position=None, now=now)
    assert found.damaged == (damaged,)
    assert customer_list(Listing(), search="", limit=10, position=None, now=now).damaged == (damaged,)
    customer_rows_mend(contact_ids=found.damaged, now=now)
    assert customer_list(Listing(), search="", limit=10, position=None, now=now).damaged == ()
    assert verify(settle=0) == []
