"""Compares the product's reports and lists with SQL over the same orders. Django must have been set up."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from bench.exactness.differing import Difference, differ, equal, in_cents, percent_of, period_before, without
from bench.exactness.facts import Facts, Found
from bench.exactness.statistics import all_time_statistics, range_statistics
from orders.products.selectors import ProductListing, product_list, product_orders
from packprod.json_objects import to_plain
from reports.figures.periods import GRANULARITIES, Compare, Period
from reports.overview.report import overview_report
from reports.products.report import products_report
from reports.sales.report import sales_report

SPANS = (1, 7, 28, 30, 31, 90, 182, 365, 366, 730, 1_200)


def differences(facts: Facts, *, ranges: int, seed: int, now: datetime, today: date) -> Iterator[Difference]:
    """The differences over `ranges` random ranges, over all time, of every product and of each product's orders."""
    chance = random.Random(seed)
    for _ in range(ranges):
        yield from _of_range(facts, _some_period(facts, chance), chance.choice(GRANULARITIES), now)
    yield from all_time_statistics(facts, now=now, today=today)
    yield from _products(facts, now)
    for code in facts.codes():
        yield from _product_orders(facts, code)


def _some_period(facts: Facts, chance: random.Random) -> Period:
    first, last = facts.days
    start = first + timedelta(days=chance.randint(-40, (last - first).days + 20))
    if chance.random() < 0.3:  # whole months are read from other rows than days
        start = start.replace(day=1)
    return Period(start, start + timedelta(days=chance.choice(SPANS) - 1))


def _of_range(facts: Facts, period: Period, granularity: str, now: datetime) -> Iterator[Difference]:
    what = f"{period.start} to {period.end}"
    overview = to_plain(overview_report(period=period, compare="previous", now=now))
    yield from differ(f"overview {what}", overview, _with_returning(facts.headline(period.start, period.end)))
    before = period.before()
    earlier = _with_returning(facts.headline(before.start, before.end))
    yield from differ(f"overview before {what}", overview["previous"], earlier)
    yield from _tops(facts, period, overview)
    compare: Compare = "year" if period.days % 2 else "previous"
    yield from _product_rows(facts, period, compare)
    yield from range_statistics(facts, period, compare, now)
    yield from _sales(facts, period, granularity)


def _with_returning(found: Found) -> Found:
    return found | {"returningCustomers": found["customers"] - found["newCustomers"]}


def _tops(facts: Facts, period: Period, overview: dict[str, Any]) -> Iterator[Difference]:
    top = [(row["contact"], row["orders"], row["revenue"]) for row in facts.top_customers(period.start, period.end)]
    said = [(row["contactID"], row["orders"], in_cents(row["revenue"])) for row in overview["topCustomers"]]
    yield from equal(f"top customers {period.start} to {period.end}", said, top)
    best = [row["code"] for row in facts.products(period.start, period.end)][:5]
    yield from equal(f"top products {period.start}", [row["productCode"] for row in overview["topProducts"]], best)


def _product_rows(facts: Facts, period: Period, compare: Compare) -> Iterator[Difference]:
    what = f"products {period.start} to {period.end}, {compare}"
    rows = to_plain(products_report(period=period, compare=compare))["products"]
    expected, before = facts.products(period.start, period.end), period_before(period, compare)
    earlier = {row["code"]: row for row in facts.products(before.start, before.end)}
    whole = sum(row["revenue"] for row in expected)
    yield from equal(f"{what}: which, and in which order", [row["productCode"] for row in rows], _codes(expected))
    for said, found in zip(rows, expected, strict=False):
        share = {"share": percent_of(found["revenue"], whole)}
        yield from differ(f"{what} {found['code']}", said, {**without(found, "code"), **share})
        yield from _beside(f"{what} {found['code']}", said, found, earlier.get(found["code"], {}))


def _beside(what: str, said: dict[str, Any], now: Found, before: Found) -> Iterator[Difference]:
    figures = {name: before.get(name, 0) for name in ("units", "revenue", "orders")}
    yield from differ(f"{what} before", said["previous"], figures)
    change = {name: percent_of(now[name] - value, value) for name, value in figures.items()}
    yield from equal(f"{what} change", said["change"], change)


def _sales(facts: Facts, period: Period, granularity: str) -> Iterator[Difference]:
    what = f"sales by {granularity} {period.start} to {period.end}"
    report = to_plain(sales_report(period=period, granularity=granularity, compare="previous"))
    expected = facts.series(period.start, period.end, granularity)
    nothing = {"orders": 0, "revenue": 0, "units": 0, "averageOrderValue": None}
    for row in report["series"]:
        yield from differ(f"{what} {row['date']}", row, expected.pop(row["date"], nothing))
    yield from equal(f"{what}: buckets left out", list(expected), [])
    headline = without(facts.headline(period.start, period.end), "customers", "newCustomers")
    yield from differ(f"{what}: totals", report["totals"], headline)


def _products(facts: Facts, now: datetime) -> Iterator[Difference]:
    rows, position = [], None
    while True:
        page = product_list(ProductListing(), limit=200, position=position, now=now)
        rows += page.items
        position = page.next_position
        if position is None:
            break
    expected = facts.products(date.min, date.max)
    yield from equal("products: which", {row["productCode"] for row in rows}, set(_codes(expected)))
    by_code = {row["productCode"]: row for row in rows}
    for found in expected:
        yield from differ(f"product {found['code']}", by_code.get(found["code"], {}), without(found, "code"))


def _product_orders(facts: Facts, code: str) -> Iterator[Difference]:
    rows, position = [], None
    while True:
        page = product_orders(code, limit=200, position=position)
        rows += [(one.order.order_id, one.quantity, in_cents(one.line_total)) for one in page.items]
        position = page.next_position
        if position is None:
            break
    expected = [(row["id"], row["units"], row["cents"]) for row in facts.product_orders(code)]
    yield from equal(f"orders of product {code}", rows, expected)


def _codes(rows: list[Found]) -> list[str]:
    return [row["code"] for row in rows]
