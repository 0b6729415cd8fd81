"""Reports narrowed to a product or to a segment's customers: equal to a loop over the orders, or refused."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from customers.metrics import SEGMENTS
from customers.population.selectors import segment_members
from packprod.api.json import to_plain
from reports.figures.narrowing import narrowing
from reports.figures.periods import GRANULARITIES, Period, bucket_start
from reports.overview.report import overview_report
from reports.sales.report import sales_report
from tests.reports import naive
from tests.reports.edited_shop import NOW, PRODUCTS, EditedShop
from tests.reports.naive import Told

TODAY = date(2025, 10, 23)


def only_lines_of(code: str, orders: list[Told]) -> list[Told]:
    """The orders that hold a product, as if they held nothing else."""
    held = [(order, [line for line in order.lines if line[0] == code]) for order in orders]
    return [
        Told(one.contact, one.at, sum((line[2] for line in lines), Decimal(0)), lines) for one, lines in held if lines
    ]


def naive_segments(shop: EditedShop, now: datetime) -> dict[str, set[str]]:
    """The customers of each segment, by the contract's rules."""
    today = now.astimezone(ZoneInfo(shop.zone)).date()
    found: dict[str, set[str]] = {name: set() for name in SEGMENTS}
    for contact in {order.contact for order in shop.orders}:
        found[_segment([order for order in shop.orders if order.contact == contact], today, shop.zone)].add(contact)
    return found


def _segment(orders: list[Told], today: date, zone: str) -> str:
    if (today - orders[-1].day(zone)).days > 180:
        return "Dormant"
    if sum(order.total for order in orders) >= 5000 or len(orders) >= 20:
        return "VIP"
    return "New" if (today - orders[0].day(zone)).days <= 30 else "Active"


def some_period(seed: random.Random) -> Period:
    start = TODAY - timedelta(days=seed.randint(0, 500))
    return Period(start, start + timedelta(days=seed.choice([0, 6, 40, 100, 430])))


def check_sales(orders: list[Told], zone: str, seed: random.Random, **filters: Any) -> None:
    period, granularity = some_period(seed), seed.choice(GRANULARITIES)
    narrow = narrowing(now=NOW, **filters)
    found = to_plain(sales_report(period=period, granularity=granularity, compare="previous", narrow=narrow))
    inside, before = (naive.within(orders, one.start, one.end, zone) for one in (period, period.before()))
    assert found["totals"] == naive.headline(inside)
    assert {name: found["previous"][name] for name in found["totals"]} == naive.headline(before)
    for row in found["series"]:
        bucket = [one for one in inside if bucket_start(one.day(zone), granularity).isoformat() == row["date"]]
        assert {name: row[name] for name in found["totals"]} == naive.headline(bucket)


def test_sales_of_a_product(edited: EditedShop) -> None:
    seed = random.Random(1)
    for code in (*PRODUCTS * 3, "no such product"):
        check_sales(only_lines_of(code, edited.orders), edited.zone, seed, product=code)


def test_sales_of_a_segment(edited: EditedShop) -> None:
    seed = random.Random(2)
    members = naive_segments(edited, NOW)
    for name in (*SEGMENTS, *SEGMENTS, *SEGMENTS):
        theirs = [order for order in edited.orders if order.contact in members[name]]
        check_sales(theirs, edited.zone, seed, segment=name)


def test_the_segments_have_members(edited: EditedShop) -> None:
    """Else the tests here would show little."""
    sizes = {name: len(members) for name, members in naive_segments(edited, NOW).items()}
    assert sum(1 for size in sizes.values() if size) >= 3, sizes


@pytest.mark.parametrize("days", [0, 1, 20, 31, 100, 181, 500])
def test_members_are_those_of_the_day_without_a_write(edited: EditedShop, days: int) -> None:
    now = NOW + timedelta(days=days)
    found = {name: segment_members(name, now=now) for name in SEGMENTS}
    assert {name: set(members) for name, members in found.items()} == naive_segments(edited, now)
    first = {order.contact: order.day(edited.zone) for order in reversed(edited.orders)}
    assert {contact: day for members in found.values() for contact, day in members.items()} == first


def test_the_overview_of_a_segment(edited: EditedShop) -> None:
    seed = random.Random(3)
    members = naive_segments(edited, NOW)
    for name in (*SEGMENTS, *SEGMENTS):
        period = some_period(seed)
        theirs = [order for order in edited.orders if order.contact in members[name]]
        found = to_plain(overview_report(period=period, compare="previous", segment=name, now=NOW))
        for figures, one in ((found, period), (found["previous"], period.before())):
            expected = naive_overview(theirs, one, edited.zone)
            assert {key: figures[key] for key in expected} == expected
        assert found["topCustomers"] == naive_top(naive.within(theirs, period.start, period.end, edited.zone), edited)
        assert "topProducts" not in found
        assert found["segments"] == {name: len(members[name]) for name in SEGMENTS}


def naive_overview(orders: list[Told], period: Period, zone: str) -> dict[str, Any]:
    inside = naive.within(orders, period.start, period.end, zone)
    customers = len({order.contact for order in inside})
    new = naive.new_customers(orders, period.start, period.end, zone)
    counts = {"customers": customers, "newCustomers": new, "returningCustomers": customers - new}
    return naive.headline(inside) | counts


def naive_top(orders: list[Told], shop: EditedShop) -> list[dict[str, Any]]:
    emails = {contact: email for email, contact in shop.contacts.items()}
    rows: list[dict[str, Any]] = [
        {
            "contactID": contact,
            "orders": sum(1 for order in orders if order.contact == contact),
            "revenue": sum(order.total for order in orders if order.contact == contact),
            "name": emails[contact].partition("@")[0],
        }
        for contact in {order.contact for order in orders}
    ]
    return sorted(rows, key=lambda row: (-row["revenue"], row["contactID"]))[:5]


def test_without_a_filter_nothing_is_left_out(edited: EditedShop) -> None:
    period = Period(TODAY - timedelta(days=300), TODAY)
    found = to_plain(overview_report(period=period, compare="previous", now=NOW))
    assert len(found["topProducts"]) == 5
    check_sales(edited.orders, edited.zone, random.Random(4))
