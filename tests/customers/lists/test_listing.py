"""Lists of customers: every sort, order and segment against sorting everybody; cost and count of a page."""

from itertools import product

import pytest

from customers.cache_row import customer_id, published
from customers.lists import listing as listing_module
from customers.lists.listing import SORTS, Listing, customer_list
from customers.tables import CustomerMetrics, ListedCustomer
from packprod.dynamodb import client
from packprod.dynamodb.reads import get
from tests.customers.shop import NOW, SEGMENTS, Person, naive_list, pages, whole_list


def test_the_shop_has_every_segment(shop: list[Person]) -> None:
    assert {person.segment() for person in shop} == set(SEGMENTS)


@pytest.mark.parametrize(("sort", "descending"), list(product(SORTS, (True, False))))
def test_every_sort_and_segment_shows_what_sorting_everybody_shows(
    shop: list[Person], sort: str, descending: bool
) -> None:
    for segment_name, limit in product(("", *SEGMENTS), (7, 200)):
        listing = Listing(segment_name, sort, descending)
        found = list(pages(listing, limit=limit))
        assert [one for page in found for one in page] == naive_list(shop, listing), (segment_name, limit)
        assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)


def test_without_the_indexes_of_all_customers_the_list_is_merged_from_the_segments(
    shop: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of the release before, until `provision_tables` has added them. The engine refuses to read them."""
    monkeypatch.setattr(listing_module, "ALL", "not-there-yet-")
    for sort, descending, limit in product(SORTS, (True, False), (7, 200)):
        listing = Listing(sort=sort, descending=descending)
        assert whole_list(listing, limit=limit) == naive_list(shop, listing), (listing, limit)
    assert not listing_module._is_there("not-there-yet-name-index")
    assert listing_module._is_there("all-name-index")


def test_pages_of_one(shop: list[Person]) -> None:
    listing = Listing("VIP", "name")
    assert whole_list(listing, limit=1) == naive_list(shop, listing)


def test_the_total_is_told_where_the_first_page_is_all(shop: list[Person]) -> None:
    def total(limit: int) -> int | None:
        return customer_list(Listing(), search="", limit=limit, position=None, now=NOW).page.total

    assert (total(40), total(39)) == (40, None)


def test_the_row_of_the_contract(shop: list[Person]) -> None:
    person = next(person for person in shop if len(person.days) > 1)
    rows = customer_list(Listing(), search=person.email, limit=5, position=None, now=NOW).page.items
    (row,) = rows
    assert row["contactID"] == person.contact_id
    assert (row["name"], row["email"], row["company"]) == (person.name, person.email, person.company)
    assert (row["orderCount"], row["totalSpend"]) == (len(person.totals), person.spend)
    assert row["segment"] == person.segment()
    assert "ttl" not in row  # a customer stays listed, however long ago
    cached = get(CustomerMetrics, person.contact_id) or {}
    assert cached["ttl"] == int(NOW.timestamp()) + 90 * 86_400
    assert cached == published(get(ListedCustomer, customer_id(person.contact_id)) or {})
    assert row["lastUpdated"] == "2025-10-23T08:15:30Z"


def test_a_page_costs_what_it_returns(shop: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    """One query of as many rows as the page has and one more; with a segment also one of the rows that are due."""
    customer_list(Listing(), search="", limit=1, position=None, now=NOW)  # a process asks once whether it is built
    read: list[int] = []
    call = client.call

    def counting(operation: str, **parameters: object) -> dict[str, object]:
        assert operation == "query"
        answer = call(operation, **parameters)
        read.append(len(answer["Items"]))
        return answer

    monkeypatch.setattr("packprod.dynamodb.reads.call", counting)
    customer_list(Listing("Dormant"), search="", limit=5, position=None, now=NOW)
    assert len(read) == 2
    assert sum(read) <= 6
    read.clear()
    customer_list(Listing(), search="", limit=10, position=None, now=NOW)
    assert read == [11]
