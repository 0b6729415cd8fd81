"""Odd orders: found by a filter in the API and in every sort, counted by day, as a recount over all orders says."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orders.lists.counting import foreign_statuses, order_counts, order_tally, tallies_by_month
from orders.lists.filter import OrderFilter, only_odd
from orders.lists.listing import OrderListing, is_stored_status, listed_orders
from orders.oddities import ODDITIES, sends_local_time, time_of_day
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.rebuild.verify import verify
from tests.orders.foreign import put_order

NOW = datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC)
LINE = [{"productCode": "A", "quantity": Decimal(7), "unitPrice": Decimal(1)}]
BACK = [{"productCode": "A", "quantity": Decimal(-7), "unitPrice": Decimal(1)}]
ORDERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "rounded": {"total": Decimal("7.0000000001")},
    "text": {"total": "$7.00"},
    "both": {"total": "7.004999999"},
    "zero": {"discount": Decimal(7), "total": Decimal(0)},
    "negative": {"discount": Decimal(9), "total": Decimal(-2)},
    "back": {"items": BACK, "total": Decimal(-7)},
    "wrong-sum": {"total": Decimal(70)},
    "held": {"status": "On-Hold"},
    "held-too": {"status": "on-hold", "createdAt": "2025-09-01T00:00:00Z"},
    "void": {"status": "VOID"},
    "old": {"createdAt": "1999-01-01T00:00:00Z"},
    "ahead": {"createdAt": "2025-10-23T18:00:00Z", "updatedAt": "2025-10-23T07:00:10Z"},
    "today": {"createdAt": "2025-10-23T12:59:59Z"},
    "tomorrow": {"createdAt": "2025-10-23T13:00:00Z"},
    "next-year": {"createdAt": "2026-10-23T13:00:00Z"},
}
FOUND = {
    "future": {"tomorrow", "next-year", "ahead"},
    "past": {"old"},
    "ahead": {"ahead"},
    "unknown_status": {"held", "held-too"},
    "negative": {"negative", "back"},
    "zero": {"zero"},
    "negative_quantity": {"back"},
    "mismatch": {"wrong-sum"},
    "rounded": {"rounded", "both"},
    "text": {"text", "both"},
}


@pytest.fixture
def odd_shop(client_id: str, caught_up: Callable[..., None]) -> None:
    """Every kind of odd order, and plain ones beside them."""
    record_built()
    for name, changes in ORDERS.items():
        put_order(**{"orderID": name, "items": LINE, "total": Decimal(7)} | changes)
    caught_up(NOW)


def found(filter: OrderFilter, *, limit: int = 2, sort: str = "createdAt") -> list[str]:
    ids, position = [], None
    while True:
        page = listed_orders(OrderListing(filter, sort), limit=limit, position=position, now=NOW)
        ids += [order.order_id for order in page.items]
        position = page.next_position
        if position is None:
            return ids


def test_every_oddity_is_found_and_counted(odd_shop: None) -> None:
    assert set(FOUND) == set(ODDITIES)
    for odd, names in FOUND.items():
        filter = only_odd(OrderFilter(), odd, now=NOW)
        for sort in ("createdAt", "total"):
            assert sorted(found(filter, sort=sort)) == sorted(names), (odd, sort)
    counted = order_tally(first=None, last=None).odd
    assert counted == Counter({odd: len(names) for odd, names in FOUND.items() if odd != "future"})
    assert order_tally(first=date(2025, 10, 24), last=None).statuses.total() == 3
    assert verify(settle=0) == []


def test_other_filters_hold_beside_it(odd_shop: None) -> None:
    unknown = only_odd(OrderFilter(created_from=NOW - timedelta(days=7)), "unknown_status", now=NOW)
    assert found(unknown) == ["held"]
    later = only_odd(OrderFilter(created_from=NOW + timedelta(days=60)), "future", now=NOW)
    assert found(later) == ["next-year"]
    assert found(only_odd(OrderFilter(created_before=NOW), "future", now=NOW)) == []
    assert found(only_odd(OrderFilter(status="on-hold"), "unknown_status", now=NOW)) == ["held", "held-too"]


def test_an_order_that_is_mended_leaves_its_lists(odd_shop: None, caught_up: Callable[..., None]) -> None:
    put_order(orderID="both", items=LINE, total=Decimal(7))
    caught_up(NOW)
    assert order_tally(first=None, last=None).odd["rounded"] == 1
    assert found(only_odd(OrderFilter(), "text", now=NOW)) == ["text"]
    assert verify(settle=0) == []


def test_statuses_of_other_writers(odd_shop: None) -> None:
    """Counted under their own names; those that mean cancelled too, though no figure counts their orders."""
    assert order_counts(first=None, last=None)["on-hold"] == 2
    assert foreign_statuses() == ["on-hold", "void"]
    assert (is_stored_status("on-hold"), is_stored_status("nothing")) == (True, False)
    assert found(OrderFilter(status="on-hold")) == ["held", "held-too"]


@pytest.mark.parametrize(
    ("instant", "time"),
    [
        ("2025-10-20T20:00:00Z", "day"),  # 7 in the morning
        ("2025-10-20T07:59:00Z", "day"),  # 18:59
        ("2025-10-20T08:00:00Z", "shifted"),  # 19:00; as Sydney time 8 in the morning
        ("2025-10-20T18:59:00Z", "shifted"),
        ("2025-10-20T19:00:00Z", "night"),  # 6 in the morning; as Sydney time 19:00
    ],
)
def test_time_of_day(client_id: str, instant: str, time: str) -> None:
    assert time_of_day(datetime.fromisoformat(instant)) == time


def hours(first: int, last: int, *, shift: int) -> Counter[str]:
    """40 orders from hour to hour in Sydney, sent `shift` hours away from their true time."""
    true = [
        datetime(2025, 6, 2 + n // 8, first + n % (last - first), 30, tzinfo=UTC) - timedelta(hours=10)
        for n in range(40)
    ]
    return Counter(time_of_day(one + timedelta(hours=shift)) for one in true)


@pytest.mark.parametrize(
    ("times", "local"),
    [
        (hours(8, 18, shift=0), False),
        (hours(8, 18, shift=10), True),
        (hours(9, 17, shift=10), True),
        (hours(9, 23, shift=0), False),  # a web shop
        (hours(9, 23, shift=10), True),
        (hours(0, 24, shift=0), False),  # round the clock
        (hours(0, 24, shift=10), False),
        (Counter({"shifted": 19}), False),  # too few
        (Counter({"shifted": 20}), True),
        (Counter(), False),
    ],
)
def test_a_sender_of_local_time_is_known_by_its_hours(client_id: str, times: Counter[str], local: bool) -> None:
    assert sends_local_time(times) == local


def test_hours_are_kept_by_sender_and_month(client_id: str, caught_up: Callable[..., None]) -> None:
    for day in range(1, 6):
        put_order(createdAt=f"2025-09-{day:02d}T10:00:00Z", source="crm")  # 20:00
        put_order(createdAt=f"2025-10-{day:02d}T01:00:00Z", source="crm")  # noon
        put_order(createdAt=f"2025-10-{day:02d}T15:00:00Z", source=None)
    caught_up()
    newest, before = tallies_by_month()
    assert newest.senders == {"crm": Counter(day=5)}
    assert before.senders == {"crm": Counter(shifted=5)}
    assert verify(settle=0) == []
