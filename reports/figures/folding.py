"""Adds orders to stored figures without unpacking them into objects: what a change of a day, month or all time costs.

The rows that come out are those that `figures.to_rows` gives for all the orders together.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from packprod.dates import sortable
from packprod.readmodels.changes import Contribution, number
from packprod.readmodels.columns import ROWS_PER_COLUMN, packed, unpacked
from reports.figures.figures import Figures
from reports.figures.sketch import sketch_key

_COUNTERS = ("hours", "weekdays", "values")


@dataclass(frozen=True, slots=True)
class OrderContribution:
    """What an order adds to figures: `weekday` from Monday, 0; `products` as code, units, revenue and description."""

    created_at: str
    contact_id: str
    weekday: int
    hour: int
    total: Decimal
    products: list[tuple[str, Decimal, Decimal, str]]

    @classmethod
    def of(cls, one: Contribution) -> "OrderContribution":
        """The contribution as `contribution_of` wrote it."""
        created_at, contact_id, weekday, hour, total, products = one
        lines = [(code, Decimal(units), Decimal(revenue), text) for code, units, revenue, text in products]
        return cls(created_at, contact_id, weekday, hour, Decimal(total), lines)

    @property
    def units(self) -> Decimal:
        """Of all its products."""
        return sum((units for _, units, _, _ in self.products), Decimal(0))


def contribution_of(data: Mapping[str, Any], *, weekday: int) -> Contribution:
    """The contribution of an order's projection row in a day."""
    products = [
        [one["code"], number(one["units"]), number(one["revenue"]), one["description"]] for one in data["products"]
    ]
    return [data["createdAt"], data["contactID"], weekday, int(data["hour"]), number(data["total"]), products]


class Totals:
    """The totals and counters of figures, to which orders are added, or taken out with `times` −1."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.orders = int(data.get("orders", 0))
        self.revenue: Decimal = data.get("revenue", Decimal(0))
        self.units: Decimal = data.get("units", Decimal(0))
        self.first, self.last = data.get("first", ""), data.get("last", "")
        self._counters = {name: _counts(data.get(name, {})) for name in _COUNTERS}

    def add(self, one: OrderContribution, times: int = 1) -> None:
        """First and last are widened only."""
        self.orders += times
        self.revenue += times * one.total
        self.units += times * one.units
        for name, key in zip(_COUNTERS, (one.hour, one.weekday, sketch_key(one.total)), strict=True):
            counter = self._counters[name]
            counter[key] = counter.get(key, 0) + times
        if times > 0:
            self.first = min(self.first or one.created_at, one.created_at, key=sortable)
            self.last = max(self.last, one.created_at, key=sortable)

    def data(self) -> dict[str, Any]:
        """As it is stored."""
        counters = {name: _stored(self._counters[name]) for name in _COUNTERS}
        totals = {"orders": self.orders, "revenue": self.revenue, "units": self.units}
        return {**totals, "first": self.first, "last": self.last, **counters}


def _counts(stored: Mapping[str, Any]) -> dict[int, int]:
    return {int(key): int(count) for key, count in stored.items()}


def _stored(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(key): count for key, count in sorted(counts.items()) if count}


def counts(figures: Figures) -> dict[str, Any]:
    """What statistics need of the figures of all time. How many customers there are is counted by the population."""
    return {
        "orders": figures.orders,
        "revenue": figures.revenue,
        "firstOrderDate": figures.first,
        "lastOrderDate": figures.last,
        "values": _stored(figures.values),
        "weekdays": [figures.weekdays[day] for day in range(7)],
        "hours": [figures.hours[hour] for hour in range(24)],
    }


class AllTime(Totals):
    """The figures of all time as `counts` gives them."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        listed = {name: dict(enumerate(stored[name])) for name in ("weekdays", "hours")}
        first, last = stored["firstOrderDate"], stored["lastOrderDate"]
        super().__init__({**stored, **listed, "first": first, "last": last})

    def is_at_an_end(self, one: Contribution) -> bool:
        """Whether an order may be the first or the last one."""
        return one[0] in (self.first, self.last)

    def figures(self) -> dict[str, Any]:
        """As they are stored."""
        figures = Figures(self.orders, self.revenue, first=self.first, last=self.last)
        for name, counter in self._counters.items():
            setattr(figures, name, Counter(counter))
        return counts(figures)


class SumsByKey:
    """Sums by product or customer as they lie in columns: five lists beside each other, sorted by key."""

    def __init__(self, columns: Iterable[bytes]) -> None:
        self._lists: list[list[Any]] = [[], [], [], [], []]
        for column in columns:
            for mine, stored in zip(self._lists, unpacked(column), strict=True):
                mine += stored

    def description(self, key: str) -> str:
        """The description at a key; empty if there is none."""
        at, is_there = self._find(key)
        return str(self._lists[4][at]) if is_there else ""

    def add(self, key: str, units: Decimal, revenue: Decimal, description: str = "") -> None:
        """Adds an order's sums; its description, if any, takes the place of the one before."""
        _, all_units, revenues, orders, descriptions = self._lists
        at, is_there = self._find(key)
        if not is_there:
            for one, value in zip(self._lists, (key, "0", "0", 0, ""), strict=True):
                one.insert(at, value)
        all_units[at] = number(Decimal(all_units[at]) + units)
        revenues[at] = number(Decimal(revenues[at]) + revenue)
        orders[at] += 1
        descriptions[at] = description or descriptions[at]

    def packed(self) -> Iterator[bytes]:
        """As columns again."""
        for start in range(0, len(self._lists[0]), ROWS_PER_COLUMN):
            yield packed([one[start : start + ROWS_PER_COLUMN] for one in self._lists])

    def _find(self, key: str) -> tuple[int, bool]:
        keys = self._lists[0]
        at = bisect_left(keys, key)
        return at, at < len(keys) and keys[at] == key


def rows_with(rows: Iterable[Mapping[str, Any]], added: Iterable[Contribution]) -> list[dict[str, Any]] | None:
    """Stored rows of figures with orders added. None if a product is described in two ways, and only all orders
    together tell which description is the latest."""
    stored = list(rows)
    totals = Totals(stored[0])
    products = SumsByKey(filter(None, (row.get("products") for row in stored)))
    customers = SumsByKey(filter(None, (row.get("customers") for row in stored)))
    for one in sorted(map(OrderContribution.of, added), key=lambda one: (sortable(one.created_at), one.contact_id)):
        is_latest = sortable(one.created_at) > sortable(totals.last)
        for code, units, revenue, description in one.products:
            if description and not is_latest and products.description(code) not in ("", description):
                return None
            products.add(code, units, revenue, description)
        customers.add(one.contact_id, one.units, one.total)
        totals.add(one)
    return list(_rows(totals, products.packed(), customers.packed()))


def _rows(totals: Totals, products: Iterator[bytes], customers: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """In the form of `figures.to_rows`."""
    yield {**totals.data(), "products": next(products, b""), "customers": next(customers, b"")}
    yield from ({"products": column} for column in products)
    yield from ({"customers": column} for column in customers)
