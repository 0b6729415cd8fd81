"""Sales narrowed to a product or to a segment's customers equal a loop over the orders."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from customers.metrics import SEGMENTS
from packprod.json_objects import to_plain
from reports.figures.narrowing import narrowing
from reports.figures.periods import COMPARISONS, GRANULARITIES, Period, bucket_start
from reports.sales.report import sales_report
from tests.edited_shop import NOW, PRODUCTS, EditedShop, naive_segments
from tests.reports import naive
from tests.reports.naive import Told

TODAY = date(2025, 10, 23)


def some_period(seed: random.Random) -> Period:
    start = TODAY - timedelta(days=seed.randint(0, 500))
    return Period(start, start + timedelta(days=seed.choice([0, 6, 40, 100, 430])))


def check_sales(orders: list[Told], zone: str, seed: random.Random, **filters: Any) -> None:
    period, granularity, compare = some_period(seed), seed.choice(GRANULARITIES), seed.choice(COMPARISONS)
    narrow = narrowing(now=NOW, **filters)
    found = to_plain(sales_report(period=period, granularity=granularity, compare=compare, narrow=narrow))
    inside, before = (naive.within(orders, one.start, one.end, zone) for one in (period, period.compared(compare)))
    assert found["totals"] == naive.headline(inside)
    assert {name: found["previous"][name] for name in found["totals"]} == naive.headline(before)
    for row in found["series"]:
        bucket = [one for one in inside if bucket_start(one.day(zone), granularity).isoformat() == row["date"]]
        assert {name: row[name] for name in found["totals"]} == naive.headline(bucket)
    for column, totals in (("current", found["totals"]), ("previous", found["previous"])):
        buckets = [row[column] for row in found["compared"] if row[column]]
        for figure in ("orders", "revenue", "units"):
            assert sum(Decimal(str(bucket[figure])) for bucket in buckets) == Decimal(str(totals[figure]))


def only_lines_of(code: str, orders: list[Told]) -> list[Told]:
    """The orders that hold a product, as if they held nothing else."""
    held = [(order, [line for line in order.lines if line[0] == code]) for order in orders]
    return [
        Told(one.contact, one.at, sum((line[2] for line in lines), Decimal(0)), lines) for one, lines in held if lines
    ]


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
