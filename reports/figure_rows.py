"""Overview and statistics as files are one figure a row: what those rows are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple

from packprod.dates import parse_instant
from reports.overview import beside_each_other
from reports.statistics import FIGURES

Row = Mapping[str, Any]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = tuple(f"{hour:02d}:00" for hour in range(24))
LABELS = {
    "orders": "Orders",
    "revenue": "Revenue",
    "units": "Units",
    "averageOrderValue": "Average order value",
    "medianOrderValue": "Median order value",
    "customers": "Customers",
    "newCustomers": "New customers",
    "returningCustomers": "Returning customers",
    "repeatRate": "Repeat rate (%)",
    "ordersPerCustomer": "Orders per customer",
}


class Figure(NamedTuple):
    """One row of a report that is no table: which section, of what (`code`, `name`), which figure."""

    section: str
    figure: str
    value: Decimal | int | None = None
    code: str = ""
    name: str = ""
    previous: Decimal | int | None = None
    change: Decimal | None = None
    instant: datetime | None = None


def overview_rows(data: Row) -> Iterator[Figure]:
    """Headline figures with what they are compared with, segments, the tops; the series where the report has them."""
    previous = data["previous"]
    periods = f"{_days(data['period'])}, compared with {_days(previous['period'])}"
    for key, change in data["change"].items():
        yield Figure("Figures", LABELS[key], data[key], name=periods, previous=previous[key], change=change)
    yield from _segments(data)
    for product in data.get("topProducts", ()):  # not kept by segment
        code, name = product["productCode"], product["description"]
        for key in ("units", "revenue", "orders"):
            yield Figure("Top products", LABELS[key], product[key], code, name)
    for customer in data["topCustomers"]:
        for key in ("orders", "revenue"):
            yield Figure("Top customers", LABELS[key], customer[key], customer["contactID"], customer["name"])
    yield from _series(data)


def _series(data: Row) -> Iterator[Figure]:
    for row in beside_each_other(data) if "series" in data else ():
        yield Figure("Revenue over time", LABELS["revenue"], row["revenue"], code=row["date"], previous=row["before"])


def statistics_rows(data: Row) -> Iterator[Figure]:
    """Figures, percentiles, segments, orders by weekday and hour, first and last order; of a period beside those of
    the one it is compared with."""
    before, change = data["previous"] or {}, data["change"] or {}
    if before:
        yield Figure("Period", f"{_days(data['period'])}, compared with {_days(before['period'])}")
    for key in FIGURES:
        yield Figure("Figures", LABELS[key], data[key], previous=before.get(key), change=change.get(key))
    for name, value in data["orderValuePercentiles"].items():
        previous = before["orderValuePercentiles"][name] if before else None
        yield Figure("Order value percentiles", name, value, previous=previous)
    yield from _segments(data)
    yield from _counts("Orders by weekday", WEEKDAYS, data["ordersByWeekday"], before.get("ordersByWeekday", ()))
    yield from _counts("Orders by hour", HOURS, data["ordersByHour"], before.get("ordersByHour", ()))
    for key, label in (("firstOrderDate", "First order"), ("lastOrderDate", "Last order")):
        yield Figure("Orders", label, instant=data[key] and parse_instant(data[key]))


def _counts(section: str, titles: Sequence[str], now: Sequence[int], before: Sequence[int]) -> Iterator[Figure]:
    for title, orders, previous in zip_longest(titles, now, before):
        yield Figure(section, title, orders, previous=previous)


def _days(period: Row) -> str:
    return f"{period['from']} to {period['to']}"


def _segments(data: Row) -> Iterator[Figure]:
    for segment, customers in data["segments"].items():
        yield Figure("Customers by segment now", segment, customers)
