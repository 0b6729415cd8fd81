"""Rows of the metrics cache that other programs write: as good as missing, everywhere, and soon mended."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from customers.cache_row import customer_id, published
from customers.lists.listing import SORTS, Listing, customer_list
from customers.selectors import customer_names, customer_rows
from customers.services import customer_row
from customers.tables import Contact, CustomerMetrics, ListedCustomer
from packprod.dynamodb.reads import get
from packprod.errors import NotFound
from packprod.readmodels.rebuild.rebuilding import rebuild
from packprod.readmodels.rebuild.verify import verify
from tests.customers.shop import whole_list
from tests.packprod.readmodels.foreign_writer import plain_table

Row = dict[str, Any]


def of_the_old_lambda(contact_id: str) -> Row:
    """As JavaScript left it: no clientID, floats with noise, nulls."""
    return {
        "contactID": contact_id,
        "name": "Old Name",
        "email": "old@example.com",
        "company": None,
        "orderCount": 3,
        "totalSpend": Decimal("788.1780000000001"),
        "lastOrderDate": None,
        "lastOrderReference": None,
        "firstOrderDate": None,
        "segment": "Active",
        "lastOrderDaysAgo": 3,
        "purchaseFrequency": "Monthly",
        "lastUpdated": "2024-01-01T00:00:00.123Z",
        "ttl": 1_712_000_000,
    }


def nothing_but_the_key(row: Row) -> Row:
    return {"contactID": row["contactID"]}


DAMAGES: dict[str, Callable[[Row], Row | None]] = {
    "of the old Lambda": lambda row: of_the_old_lambda(row["contactID"]),
    "of the old Lambda, with our attributes left": lambda row: row | of_the_old_lambda(row["contactID"]),
    "nothing but the key": nothing_but_the_key,
    "no ttl": lambda row: {name: value for name, value in row.items() if name != "ttl"},
    "no name": lambda row: {name: value for name, value in row.items() if name != "name"},
    "no client": lambda row: {name: value for name, value in row.items() if name != "clientID"},
    "text where numbers belong": lambda row: row | {"orderCount": "2", "totalSpend": "30", "ttl": "soon"},
    "numbers where text belongs": lambda row: row | {"name": 7, "email": [1], "segment": {"a": True}},
    "one cent more": lambda row: row | {"totalSpend": row["totalSpend"] + Decimal("0.01")},
    "another segment": lambda row: row | {"segment": "VIP", "listPartition": "x#VIP"},
    "keys that point elsewhere": lambda row: row | {"byName": "zzz", "byTotalSpend": 0, "listPartition": 5},
    "updated in the future": lambda row: row | {"lastUpdated": "2999-01-01T00:00:00Z"},
    "updated never": lambda row: {name: value for name, value in row.items() if name != "lastUpdated"},
    "a date that is none": lambda row: row | {"lastOrderDate": "yesterday", "firstOrderDate": 1},
    "an attribute more": lambda row: row | {"note": "by hand"},
    "deleted": lambda row: None,
}


@pytest.fixture
def john(imported: Callable[..., Any], caught_up: Callable[..., None], make_order: Callable[..., Any]) -> str:
    """A customer with two orders, among others."""
    found = imported(make_order("D-1"), make_order("D-2"), make_order("D-3", email="mary@example.com"))
    caught_up()
    return str(found[0].outcome.contact_id)


def write_cache(contact_id: str, row: Row | None) -> None:
    table = plain_table(CustomerMetrics)
    table.put_item(Item=row) if row is not None else table.delete_item(Key={"contactID": contact_id})


def is_seen_everywhere(contact_id: str, *, now: datetime) -> None:
    for sort in SORTS:
        assert contact_id in whole_list(Listing(sort=sort), now=now)
    assert contact_id in whole_list(Listing("New"), now=now)
    page = customer_list(Listing(), search="john", limit=10, position=None, now=now).page
    assert {row["contactID"]: (row["orderCount"], row["totalSpend"]) for row in page.items}[contact_id] == (2, 30)
    assert page.total == 2
    assert customer_names([contact_id]) == {contact_id: "John Smith"}
    row, _ = customer_row(contact_id, now=now)
    assert (row["name"], row["orderCount"], row["totalSpend"]) == ("John Smith", 2, Decimal(30))


@pytest.mark.parametrize("damage", DAMAGES)
def test_nobody_vanishes_and_no_figure_changes(
    damage: str, john: str, caught_up: Callable[..., None], now: datetime
) -> None:
    before = get(CustomerMetrics, john)
    assert before is not None
    write_cache(john, DAMAGES[damage](before))
    assert len(verify(settle=0)) == 1
    assert len(whole_list(Listing(), now=now)) == 2
    assert customer_rows([john])[john]["orderCount"] == 2
    caught_up()  # the cache's stream has told of it
    assert get(CustomerMetrics, john) == before
    assert verify(settle=0) == []
    is_seen_everywhere(john, now=now)


@pytest.mark.parametrize("damage", DAMAGES)
def test_whoever_asks_first_gets_the_right_figures_and_mends_the_row(damage: str, john: str, now: datetime) -> None:
    before = get(CustomerMetrics, john)
    assert before is not None
    write_cache(john, DAMAGES[damage](before))
    row, from_cache = customer_row(john, now=now)
    assert (from_cache, row["orderCount"], row["totalSpend"], row["name"]) == (False, 2, Decimal(30), "John Smith")
    assert customer_row(john, now=now) == (row, True)
    assert get(CustomerMetrics, john) == published(row)
    assert verify(settle=0) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_rebuild_mends_it_too(damage: str, john: str, now: datetime) -> None:
    before = get(CustomerMetrics, john)
    assert before is not None
    write_cache(john, DAMAGES[damage](before))
    assert rebuild(now=now) == 1
    assert verify(settle=0) == []
    is_seen_everywhere(john, now=now)


def contact(contact_id: str, owner: str | None) -> None:
    item = {"contactID": contact_id, "name": "Somebody", "email": f"{contact_id}@example.com"}
    plain_table(Contact).put_item(Item=item | ({"clientID": owner} if owner else {}))


@pytest.mark.parametrize("mended_by", ["stream", "rebuild"])
@pytest.mark.parametrize(
    ("owner", "is_removed"), [("ours", True), ("another", False), ("nobody's", False), ("no contact", False)]
)
def test_a_row_of_somebody_whom_no_order_counts_for(
    owner: str,
    is_removed: bool,
    mended_by: str,
    john: str,
    client_id: str,
    caught_up: Callable[..., None],
    now: datetime,
) -> None:
    """Removed if the contact is this client's; the rows of other clients are never touched."""
    nobody = f"{client_id}-nobody"
    if owner != "no contact":
        contact(nobody, {"ours": client_id, "another": "acme-reviews", "nobody's": None}[owner])
    write_cache(nobody, of_the_old_lambda(nobody))
    assert len(verify(settle=0)) == int(is_removed)
    assert nobody not in whole_list(Listing(), now=now)
    assert nobody not in whole_list(Listing(), search="old", now=now)
    caught_up() if mended_by == "stream" else rebuild(now=now)
    stored = get(CustomerMetrics, nobody)
    assert (stored is None) == is_removed
    assert verify(settle=0) == []
    plain_table(CustomerMetrics).delete_item(Key={"contactID": nobody})


def test_a_row_of_our_customer_that_names_another_client_is_mended(
    john: str, client_id: str, caught_up: Callable[..., None], now: datetime
) -> None:
    write_cache(john, of_the_old_lambda(john) | {"clientID": "acme-reviews"})
    assert len(verify(settle=0)) == 1
    caught_up()
    assert (get(CustomerMetrics, john) or {})["clientID"] == client_id
    assert verify(settle=0) == []


def test_a_row_that_names_another_client_is_left_alone(
    john: str, client_id: str, caught_up: Callable[..., None], now: datetime
) -> None:
    row = of_the_old_lambda(f"{client_id}-theirs") | {"clientID": "acme-reviews"}
    write_cache(row["contactID"], row)
    caught_up()
    rebuild(now=now)
    assert get(CustomerMetrics, row["contactID"]) == row
    assert verify(settle=0) == []
    with pytest.raises(NotFound):
        customer_row(row["contactID"], now=now)


def test_300_rows_of_the_old_lambda_while_300_orders_come_in(
    imported: Callable[..., Any],
    caught_up: Callable[..., None],
    make_order: Callable[..., Any],
    now: datetime,
) -> None:
    """Between any two steps everybody is listed with the figures of the orders that have been followed."""
    people = [f"p{number}@example.com" for number in range(40)]
    found = imported(*(make_order(f"A-{one}", email=one) for one in people))
    ids = [str(one.outcome.contact_id) for one in found]
    caught_up()
    for turn in range(300 // len(people) + 1):
        imported(*(make_order(f"B-{turn}-{one}", email=one) for one in people))
        for contact_id in ids:
            write_cache(contact_id, of_the_old_lambda(contact_id))
        assert sorted(whole_list(Listing(), now=now)) == sorted(ids)
        page = customer_list(Listing(), search="john smith", limit=200, position=None, now=now).page
        assert {(row["orderCount"], row["totalSpend"]) for row in page.items} == {(turn + 1, 15 * (turn + 1))}
        assert page.total == len(ids)
        caught_up()
    assert verify(settle=0) == []
    for contact_id in ids:
        assert get(CustomerMetrics, contact_id) == published(get(ListedCustomer, customer_id(contact_id)) or {})
