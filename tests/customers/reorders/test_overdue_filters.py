"""The overdue list narrowed by customer search, segment and product is the whole list filtered by hand, whichever way
it is read."""

from datetime import datetime, timedelta

import pytest

from customers.reorders import selectors as overdue
from customers.reorders.selectors import ExpectedReorder, OverdueFilter
from packprod.readmodels.lists import pages, search_index
from packprod.readmodels.rebuild.definitions import record_built
from tests.customers.reorders.test_expected_reorders import whole_list
from tests.edited_shop import NOW, PRODUCTS, EditedShop, naive_segments

SEGMENTS = ("VIP", "Active", "New", "Dormant")
SEARCHES = (
    "customer1",
    "CUSTOMER3@example.com",
    "acme",
    "acme customer2",
    "corp",
    "nobody",
    "customer1 nobody",
    "*",
    " ",
)
WAYS = {"by customer": (20, 600), "by named customers": (0, 600), "by common words": (0, 0)}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How many customers are few, and how many index rows make a word rare."""
    few, rare = WAYS[request.param]
    monkeypatch.setattr(overdue, "FEW_CUSTOMERS", few)
    monkeypatch.setattr(search_index, "FEW", max(rare, 1))
    return str(request.param)


def finds(search: str, email: str) -> bool:
    """Every word is the start of a word of name, e-mail or company."""
    name = email.partition("@")[0]
    known = [name, email, "acme", "corp", "example.com", "com"]
    wanted = search.casefold().split()
    return not wanted or all(any(one.startswith(word) for one in known) for word in wanted)


def by_hand(shop: EditedShop, wanted: OverdueFilter, now: datetime) -> list[ExpectedReorder]:
    emails = {contact: email for email, contact in shop.contacts.items()}
    now_in = {contact: name for name, members in naive_segments(shop, now).items() for contact in members}
    return [
        row
        for row in whole_list(OverdueFilter(wanted.state, descending=wanted.descending), now)
        if finds(wanted.search, emails[row["contactID"]])
        and wanted.segment in ("", now_in[row["contactID"]])
        and wanted.product_code.upper() in ("", row["productCode"])
        and wanted.contact_id in ("", row["contactID"])
    ]


@pytest.mark.parametrize("days", [0, 45])
def test_a_search_finds_what_a_loop_finds(edited: EditedShop, way: str, days: int) -> None:
    now = NOW + timedelta(days=days)
    for search in SEARCHES:
        for wanted in (OverdueFilter("", search=search), OverdueFilter(search=search, descending=True)):
            assert whole_list(wanted, now, limit=4) == by_hand(edited, wanted, now), (wanted, way)


@pytest.mark.parametrize("days", [0, 45, 150])
def test_a_segment_is_as_of_the_day(edited: EditedShop, days: int) -> None:
    now = NOW + timedelta(days=days)
    for segment in SEGMENTS:
        for search in ("", "customer1"):
            wanted = OverdueFilter("", segment=segment, search=search)
            assert whole_list(wanted, now, limit=3) == by_hand(edited, wanted, now), wanted


def test_segments_share_the_list_out(edited: EditedShop) -> None:
    shares = [len(whole_list(OverdueFilter("", segment=segment), NOW)) for segment in SEGMENTS]
    assert sum(shares) == len(whole_list(OverdueFilter(""), NOW))
    assert sum(1 for share in shares if share) >= 2


def test_all_filters_together(edited: EditedShop, way: str) -> None:
    for contact in edited.contacts.values():
        for code in ("", PRODUCTS[0].lower(), PRODUCTS[1]):
            wanted = OverdueFilter("", contact_id=contact, product_code=code, search="acme", segment="Dormant")
            assert whole_list(wanted, NOW, limit=2) == by_hand(edited, wanted, NOW), wanted


def test_a_product_code_in_any_case(edited: EditedShop) -> None:
    for code in PRODUCTS:
        wanted = OverdueFilter("", product_code=code.lower())
        assert whole_list(wanted, NOW) == whole_list(OverdueFilter("", product_code=code), NOW)


def test_a_search_that_finds_little_ends_pages_early_and_loses_nothing(
    edited: EditedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = OverdueFilter("", search="customer1")
    expected = by_hand(edited, wanted, NOW)
    monkeypatch.setattr(pages, "MAX_EXAMINED", 2)
    monkeypatch.setattr(overdue, "FEW_CUSTOMERS", 0)
    first = overdue.overdue_list(wanted, limit=50, position=None, now=NOW)
    assert first.ended_early
    assert first.total is None
    assert whole_list(wanted, NOW, limit=50) == expected


def test_the_number_is_known_where_few_customers_are_found(edited: EditedShop) -> None:
    record_built()
    wanted = OverdueFilter("", search="customer")
    expected = by_hand(edited, wanted, NOW)
    page = overdue.overdue_list(wanted, limit=1, position=None, now=NOW)
    assert page.total == len(expected) > 1
