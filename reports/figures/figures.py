"""The figures of a range of business days: everything a report needs, exact, and mergeable by adding."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from packprod.dates import sortable
from reports.figures.sketch import sketch_key
from reports.figures.sums import Sum, Sums


@dataclass(slots=True)
class Figures:
    """Counted orders only. `first` and `last` are instants as text.

    `hours` by business hour, `weekdays` Monday first, `values` the sketch of order totals.
    """

    orders: int = 0
    revenue: Decimal = Decimal(0)
    units: Decimal = Decimal(0)
    first: str = ""
    last: str = ""
    hours: Counter[int] = field(default_factory=Counter)
    weekdays: Counter[int] = field(default_factory=Counter)
    values: Counter[int] = field(default_factory=Counter)
    products: Sums = field(default_factory=Sums)
    customers: Sums = field(default_factory=Sums)

    def add(self, other: "Figures") -> None:
        """Adds the figures of later days."""
        self.orders += other.orders
        self.revenue += other.revenue
        self.units += other.units
        self.first = min(filter(None, (self.first, other.first)), key=sortable, default="")
        self.last = max(self.last, other.last, key=sortable)
        for mine, others in (
            (self.hours, other.hours),
            (self.weekdays, other.weekdays),
            (self.values, other.values),
        ):
            mine.update(others)
        self.products.add(other.products)
        self.customers.add(other.customers)


def merged(parts: Iterable[Figures]) -> Figures:
    """The sum of figures given in the order of time."""
    total = Figures()
    for part in parts:
        total.add(part)
    return total


def order_figures(row: Mapping[str, Any], *, weekday: int) -> Figures:
    """The figures of one order from its projection row in a day (see `reports.figures.read_model.project`)."""
    figures = Figures(orders=1, revenue=row["total"], units=sum((p["units"] for p in row["products"]), Decimal(0)))
    figures.first = figures.last = row["createdAt"]
    figures.hours[int(row["hour"])] = 1
    figures.weekdays[weekday] = 1
    figures.values[sketch_key(row["total"])] = 1
    for product in row["products"]:
        figures.products[product["code"]] = Sum(product["units"], product["revenue"], 1, product["description"])
    figures.customers[row["contactID"]] = Sum(figures.units, row["total"], 1)
    return figures


def to_rows(figures: Figures) -> Iterator[dict[str, Any]]:
    """The figures as data of projection rows: first all but columns too long for one row, then the rest of those."""
    products, customers = figures.products.packed(), figures.customers.packed()
    yield {
        "orders": figures.orders,
        "revenue": figures.revenue,
        "units": figures.units,
        "first": figures.first,
        "last": figures.last,
        "hours": _counts(figures.hours),
        "weekdays": _counts(figures.weekdays),
        "values": _counts(figures.values),
        "products": next(products, b""),
        "customers": next(customers, b""),
    }
    yield from ({"products": column} for column in products)
    yield from ({"customers": column} for column in customers)


def without_customers(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows' data but for what grows with the customers; rows that hold nothing else are left out."""
    lighter = ({name: value for name, value in row.items() if name != "customers"} for row in rows)
    return filter(None, lighter)


def from_row(data: Mapping[str, Any]) -> Figures:
    """The figures in one row's data."""
    return Figures(
        orders=int(data.get("orders", 0)),
        revenue=data.get("revenue", Decimal(0)),
        units=data.get("units", Decimal(0)),
        first=data.get("first", ""),
        last=data.get("last", ""),
        hours=_counter(data.get("hours")),
        weekdays=_counter(data.get("weekdays")),
        values=_counter(data.get("values")),
        products=Sums(filter(None, [data.get("products")])),
        customers=Sums(filter(None, [data.get("customers")])),
    )


def _counts(counter: Counter[int]) -> dict[str, int]:
    return {str(key): counter[key] for key in sorted(counter)}


def _counter(stored: Mapping[str, Any] | None) -> Counter[int]:
    return Counter({int(key): int(count) for key, count in (stored or {}).items()})
