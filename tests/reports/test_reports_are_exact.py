"""Every report equals a loop over all orders: over random ranges, zones with daylight saving, and after edits."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from packprod.json_objects import to_plain
from packprod.readmodels.rebuild.verify import verify
from reports.figures.periods import GRANULARITIES, Period, bucket_start
from reports.overview.report import overview_report
from reports.products.report import products_report
from reports.sales.report import sales_report
from reports.statistics.report import statistics_report
from tests.reports import naive
from tests.reports.naive import Told
from tests.reports.shop import TODAY, Shop, listed_by_segment

ZONES = ("Australia/Sydney", "America/New_York")


@pytest.fixture
def shop(imported: Callable[..., Any], caught_up: Callable[..., None], now: datetime) -> Shop:
    return Shop(imported, caught_up, now)


def check(shop: Shop, zone: str, seed: random.Random) -> None:
    start = TODAY - timedelta(days=seed.randint(0, 420))
    period = Period(start, start + timedelta(days=seed.choice([0, 6, 29, 100, 430])))
    orders = naive.within(shop.told, period.start, period.end, zone)
    overview = to_plain(overview_report(period=period, compare="previous", now=shop.now))
    new = naive.new_customers(shop.told, period.start, period.end, zone)
    customers = len({order.contact for order in orders})
    expected = naive.headline(orders) | {
        "customers": customers,
        "newCustomers": new,
        "returningCustomers": customers - new,
    }
    assert {name: overview[name] for name in expected} == expected
    before = period.before()
    assert (
        overview["previous"]["revenue"]
        == naive.headline(naive.within(shop.told, before.start, before.end, zone))["revenue"]
    )
    assert sold(to_plain(products_report(period=period))["products"]) == naive.products(orders)
    check_sales(orders, period, zone, seed.choice(GRANULARITIES))


def sold(rows: list[dict[str, Any]]) -> dict[str, tuple[Decimal, Decimal, int]]:
    return {row["productCode"]: (row["units"], row["revenue"], row["orders"]) for row in rows}


def check_sales(orders: list[Told], period: Period, zone: str, granularity: str) -> None:
    sales = to_plain(sales_report(period=period, granularity=granularity, compare="previous"))
    for row in sales["series"]:
        inside = [order for order in orders if bucket_start(order.day(zone), granularity).isoformat() == row["date"]]
        assert {name: row[name] for name in naive.headline([])} == naive.headline(inside)
    assert sum(row["orders"] for row in sales["series"]) == sales["totals"]["orders"] == len(orders)


def check_statistics(shop: Shop) -> None:
    orders = shop.told
    found = to_plain(statistics_report(now=shop.now))
    assert (found["orders"], found["revenue"]) == (len(orders), sum(order.total for order in orders))
    customers = len({order.contact for order in orders})
    assert found["customers"] == customers
    repeat = Decimal(naive.repeat_customers(orders)) * 100 / customers
    assert abs(found["repeatRate"] - repeat) <= Decimal("0.05")
    for name, value in found["orderValuePercentiles"].items():
        exact = naive.nearest_rank([order.total for order in orders], int(name[1:]))
        assert abs(value - exact) <= exact * Decimal("0.005")
    assert found["segments"] == listed_by_segment(shop.now)


@pytest.mark.parametrize("zone", ZONES)
def test_reports_equal_a_loop_over_the_orders(
    zone: str, settings: Settings, imported: Any, caught_up: Any, now: datetime
) -> None:
    settings.PACKPROD_TIME_ZONE = zone
    shop = Shop(imported, caught_up, now)
    seed = random.Random(zone)
    for _ in range(25):
        check(shop, zone, seed)
    check_statistics(shop)


def test_and_still_do_after_edits(shop: Shop, caught_up: Callable[..., None]) -> None:
    seed = random.Random(7)
    for _ in range(40):
        shop.edit(seed)
    caught_up()
    for _ in range(15):
        check(shop, "Australia/Sydney", seed)
    check_statistics(shop)
    assert verify(settle=0) == []
