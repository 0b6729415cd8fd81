"""Time moves without writes: segments and days are right when read, and a sweep keeps the stored ones fresh."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customers.cache_row import CustomerFigures
from customers.lists.listing import Listing, customer_list
from customers.services import customer_row, customer_rows_refresh
from customers.tables import CustomerMetrics
from packprod.dates import business_date
from packprod.dynamodb.reads import get
from packprod.readmodels.rebuild.verify import verify
from tests.customers.shop import SEGMENTS, Person, naive_list, whole_list

Import = Callable[..., Any]
LAST_ORDER = datetime(2025, 4, 26, 2, 0, tzinfo=UTC)  # 180 Sydney days before the contract's present
YESTERDAY = datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC)
TODAY = YESTERDAY + timedelta(days=1)


@pytest.fixture
def bought(imported: Import, caught_up: Import, make_order: Import) -> Callable[..., str]:
    """A customer with orders at these instants; the cache is derived as of `at`."""

    def run(*instants: datetime, at: datetime = YESTERDAY, price: str = "100", email: str = "john@example.com") -> str:
        item = {"productCode": "BOX", "quantity": 1, "unitPrice": price}
        payloads = [
            make_order(f"{email}-{one.isoformat()}"[:100], email=email, createdAt=one.isoformat(), items=[item])
            for one in instants
        ]
        outcome = imported(*payloads)[0].outcome
        caught_up(at)
        return str(outcome.contact_id)

    return run


def stored(contact_id: str) -> dict[str, Any]:
    row = get(CustomerMetrics, contact_id)
    assert row is not None
    return row


def shown(contact_id: str, now: datetime) -> tuple[str, int]:
    row, from_cache = customer_row(contact_id, now=now)
    assert from_cache
    figures = CustomerFigures.of(row, today=business_date(now))
    return figures.segment, figures.last_order_days_ago


def segments_that_list(contact_id: str, now: datetime) -> list[str]:
    return [name for name in SEGMENTS if contact_id in whole_list(Listing(name), now=now)]


def test_active_yesterday_dormant_today_without_a_write(bought: Callable[..., str]) -> None:
    contact_id = bought(LAST_ORDER - timedelta(days=100), LAST_ORDER)
    row = stored(contact_id)
    assert (row["segment"], row["lastOrderDaysAgo"]) == ("Active", 180)
    assert shown(contact_id, YESTERDAY) == ("Active", 180)
    assert segments_that_list(contact_id, YESTERDAY) == ["Active"]
    assert shown(contact_id, TODAY) == ("Dormant", 181)
    assert segments_that_list(contact_id, TODAY) == ["Dormant"]
    assert whole_list(Listing(), now=TODAY) == [contact_id]
    assert stored(contact_id) == row


def test_the_day_turns_at_midnight_in_the_business_zone(bought: Callable[..., str]) -> None:
    contact_id = bought(LAST_ORDER - timedelta(days=100), LAST_ORDER)
    midnight = datetime(2025, 10, 23, 13, tzinfo=UTC)  # Sydney, daylight saving
    assert shown(contact_id, midnight - timedelta(seconds=1)) == ("Active", 180)
    assert shown(contact_id, midnight) == ("Dormant", 181)


def test_new_becomes_active_without_a_write(bought: Callable[..., str]) -> None:
    first = YESTERDAY - timedelta(days=30)
    contact_id = bought(first)
    assert stored(contact_id)["segment"] == "New"
    assert segments_that_list(contact_id, YESTERDAY) == ["New"]
    assert segments_that_list(contact_id, TODAY) == ["Active"]
    assert stored(contact_id)["segment"] == "New"


def test_the_sweep_refreshes_segment_and_ttl(bought: Callable[..., str]) -> None:
    contact_id = bought(LAST_ORDER - timedelta(days=100), LAST_ORDER)
    assert customer_rows_refresh(now=YESTERDAY) == 0
    assert customer_rows_refresh(now=TODAY) == 1
    row = stored(contact_id)
    assert (row["segment"], row["lastOrderDaysAgo"], row["lastUpdated"]) == ("Dormant", 181, "2025-10-24T08:15:30Z")
    assert row["ttl"] == int(TODAY.timestamp()) + 90 * 86_400
    assert customer_rows_refresh(now=TODAY) == 0
    assert segments_that_list(contact_id, TODAY) == ["Dormant"]
    assert verify(settle=0) == []


def test_a_customer_without_an_order_for_200_days_stays_listed_for_good(bought: Callable[..., str]) -> None:
    contact_id = bought(YESTERDAY - timedelta(days=200), at=YESTERDAY)
    assert segments_that_list(contact_id, YESTERDAY) == ["Dormant"]
    now = YESTERDAY
    for _ in range(8):
        now += timedelta(days=59)
        assert customer_rows_refresh(now=now) == 0
        now += timedelta(days=1)
        assert customer_rows_refresh(now=now) == 1
        assert stored(contact_id)["ttl"] == int((now + timedelta(days=90)).timestamp())
    assert segments_that_list(contact_id, now) == ["Dormant"]


def test_whoever_orders_again_is_dormant_no_more(bought: Callable[..., str]) -> None:
    contact_id = bought(YESTERDAY - timedelta(days=200))
    bought(YESTERDAY - timedelta(days=300), TODAY, at=TODAY)
    assert segments_that_list(contact_id, TODAY) == ["Active"]


@pytest.mark.parametrize("days", [1, 30, 31, 60, 181, 400])
def test_every_list_is_right_on_a_later_day_without_any_sweep(shop: list[Person], days: int) -> None:
    now = YESTERDAY + timedelta(days=days)
    for name in ("", *SEGMENTS):
        for listing in (Listing(name, "totalSpend"), Listing(name, "name", descending=False)):
            assert whole_list(listing, limit=7, now=now) == naive_list(shop, listing, now), listing
    page = customer_list(Listing("Dormant"), search="", limit=200, position=None, now=now).page
    assert page.total == len(page.items)


@pytest.mark.parametrize("search", ["smith", "a"])
def test_searches_by_segment_are_right_on_a_later_day(shop: list[Person], search: str) -> None:
    now = YESTERDAY + timedelta(days=60)
    everybody = whole_list(Listing(), search=search, now=now)
    by_segment = [whole_list(Listing(name), search=search, now=now) for name in SEGMENTS]
    assert sorted(everybody) == sorted(one for found in by_segment for one in found)
    for name, found in zip(SEGMENTS, by_segment, strict=True):
        assert set(found) <= set(naive_list(shop, Listing(name), now))
