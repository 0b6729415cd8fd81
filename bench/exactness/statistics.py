"""Compares the statistics of all time and of ranges with SQL."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any

from bench.exactness.differing import Difference, differ, equal, percent_of, period_before
from bench.exactness.facts import Facts
from packprod.json_objects import to_plain
from reports.figures.periods import Compare, Period
from reports.statistics.report import statistics_report

CENT = Decimal("0.01")


def all_time_statistics(facts: Facts, *, now: datetime, today: date) -> Iterator[Difference]:
    """The differences of the statistics of all time, and of the segments now."""
    report = to_plain(statistics_report(now=now))
    yield from _statistics_of("statistics", report, facts, date.min, date.max)
    segments = {name: count for name, count in report["segments"].items() if count}
    yield from equal("segments", segments, dict(Counter(facts.segments(today))))


def range_statistics(facts: Facts, period: Period, compare: Compare, now: datetime) -> Iterator[Difference]:
    """The differences of the statistics of the period, and of the period that it is compared with."""
    what, before = f"statistics {period.start} to {period.end}", period_before(period, compare)
    report = to_plain(statistics_report(now=now, period=period, compare=compare))
    yield from _statistics_of(what, report, facts, period.start, period.end)
    yield from _statistics_of(f"{what}, {compare}", report["previous"], facts, before.start, before.end)
    orders = [facts.statistics(one.start, one.end)["orders"] for one in (period, before)]
    yield from equal(
        f"{what}: change of orders", report["change"]["orders"], percent_of(orders[0] - orders[1], orders[1])
    )


def _statistics_of(what: str, report: dict[str, Any], facts: Facts, start: date, end: date) -> Iterator[Difference]:
    found = facts.statistics(start, end)
    found["repeatRate"] = percent_of(found.pop("repeatCustomers"), found["customers"])
    average = (Decimal(found["orders"]) / found["customers"]).quantize(CENT, ROUND_HALF_UP) if found["orders"] else None
    yield from differ(what, report, found | {"ordersPerCustomer": average})
    yield from equal(f"{what}: by weekday", report["ordersByWeekday"], facts.counts("weekday", 7, start, end))
    yield from equal(f"{what}: by hour", report["ordersByHour"], facts.counts("hour", 24, start, end))
    totals = facts.totals(start, end)
    for name, value in report["orderValuePercentiles"].items():
        exact = Decimal(totals[max(1, ceil(len(totals) * int(name[1:]) / 100)) - 1]) / 100 if totals else None
        if value is None or exact is None or abs(value - exact) > exact * Decimal("0.005"):
            yield from equal(f"{what}: percentile {name}", value, exact)
