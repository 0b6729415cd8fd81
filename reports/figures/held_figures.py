"""The stored figures of days and months as this process holds them: read and decoded once per version, as arrays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Final, Literal

import numpy as np
from django.conf import settings
from msgspec import Struct
from numpy.typing import NDArray

from customers.population.selectors import CUSTOMERS
from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.months import month_of
from packprod.readmodels.held import HELD, NEVER_DERIVED, Version
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection
from reports.figures.key_sums import PRODUCTS, Column, column_of
from reports.figures.periods import Period
from reports.figures.read_model import ALL, CALENDAR, DAILY_SALES, MONTHLY_SALES, MONTHS

Part = Literal["totals", "products", "customers", "statistics"]
"""A part of the figures of a day or month that is read and held for itself: those by customer are most of a row."""
_ATTRIBUTES: Final[dict[Part, tuple[str, ...]]] = {
    "totals": ("orders", "revenue", "units"),
    "products": ("products",),
    "customers": ("customers",),
    "statistics": ("hours", "weekdays", "values", "first", "last"),
}
_AFTER_CHUNKS = "\x7f"  # sorts behind "2025-10-20~01"
_OBJECT_BYTES = 500
_NOTHING: Final = object()  # held for a day without orders


class PeriodTotals(Struct, gc=False):  # gc: a report of a year by day has thousands of these, and they hold no cycles
    """What was ordered: counted orders only."""

    orders: int = 0
    revenue: Decimal = Decimal(0)
    units: Decimal = Decimal(0)

    def add(self, other: "PeriodTotals") -> None:
        """Adds those of other days."""
        self.orders += other.orders
        self.revenue += other.revenue
        self.units += other.units


@dataclass(frozen=True, slots=True)
class Distributions:
    """Orders by business hour, by weekday (Monday first) and by value, as a sketch; the first and the last instant."""

    first: str
    last: str
    hours: NDArray[np.int64]
    weekdays: NDArray[np.int64]
    values: tuple[NDArray[np.int64], NDArray[np.int64]]


class Unit(Struct, frozen=True, gc=False):
    """A day or a whole month, of which figures are stored."""

    start: date
    is_month: bool

    @property
    def name(self) -> str:
        """2025-10-20 or 2025-10, the row id of its figures."""
        return month_of(self.start) if self.is_month else self.start.isoformat()

    @property
    def attribute(self) -> str:
        """Where a manifest says of which version it is."""
        return f"{'m' if self.is_month else 'd'}{self.name}"


class Piece(Struct, gc=False):
    """The figures of a day or month, those parts of them that were requested."""

    start: date
    totals: PeriodTotals
    products: Sequence[Column] = ()
    customers: Sequence[Column] = ()
    statistics: Distributions | None = None


def days_of(period: Period) -> list[Unit]:
    """Every day of the period."""
    first = period.start.toordinal()
    return [Unit(date.fromordinal(first + n), is_month=False) for n in range(period.days)]


def units_of(period: Period) -> list[Unit]:
    """The period in months where they are whole and in days elsewhere, in order."""
    units: list[Unit] = []
    for month in period.months():
        units += [Unit(month.start, is_month=True)] if month.is_whole_month else days_of(month)
    return units


def held_pieces(units: Sequence[Unit], parts: Iterable[Part], versions: dict[str, Version]) -> list[Piece]:
    """The figures of those units that have orders, in order; only what is not held in these versions is read."""
    needed: tuple[Part, ...] = ("totals", *dict.fromkeys(parts))
    found: dict[Part, list[Any]] = {part: _held(units, part, versions) for part in needed}
    lacking = [position for position in range(len(units)) if any(found[part][position] is None for part in needed)]
    for run in _runs(units, lacking):
        missing = tuple(part for part in needed if any(found[part][position] is None for position in run))
        rows = _read([units[position] for position in run], missing)
        for position in run:
            unit = units[position]
            for part in missing:
                version = versions.get(unit.attribute, NEVER_DERIVED)
                found[part][position] = _hold(unit, part, rows.get(unit.name, ()), version)
    return [
        Piece(unit.start, **{part: found[part][position] for part in needed})
        for position, unit in enumerate(units)
        if found["totals"][position] is not _NOTHING
    ]


def _held(units: Iterable[Unit], part: Part, versions: dict[str, Version]) -> list[Any]:
    client_id = settings.PACKPROD_CLIENT_ID
    attributes = [unit.attribute for unit in units]
    return [HELD.get((client_id, one, part), versions.get(one, NEVER_DERIVED)) for one in attributes]


def _hold(unit: Unit, part: Part, rows: Sequence[Item], version: Version) -> Any:
    value, size = _decoded(part, rows) if rows else (_NOTHING, 0)
    HELD.put((settings.PACKPROD_CLIENT_ID, unit.attribute, part), version, value, size=size + _OBJECT_BYTES)
    return value


def _runs(units: Sequence[Unit], positions: Iterable[int]) -> Iterator[list[int]]:
    """The positions of units that one query reads: those beside each other in one partition."""
    numbered = ((position - place, position) for place, position in enumerate(positions))
    for _, run in groupby(numbered, key=lambda pair: (pair[0], _partition(units[pair[1]]))):
        yield [position for _, position in run]


def _partition(unit: Unit) -> str:
    """Months lie together, and the days of each month."""
    return ALL if unit.is_month else month_of(unit.start)


def _read(run: Sequence[Unit], parts: Sequence[Part]) -> dict[str, list[Item]]:
    """The rows of these units by name: usually one each, more where columns are too long for one."""
    first, last = run[0], run[-1]
    levels = (CALENDAR, MONTHS) if "customers" in parts else (MONTHLY_SALES, DAILY_SALES)
    model = levels[0 if first.is_month else 1]
    partition = Partition(
        Projection,
        hash=("bucket", bucket_id(model.name, _partition(first))),
        range=Range("rowID", "between", first.name, last.name + _AFTER_CHUNKS),
        attributes=("rowID", *(f"data.{name}" for part in parts for name in _ATTRIBUTES[part])),
    )
    found: dict[str, list[Item]] = {}
    for item in query_all(partition, consistent=True):
        found.setdefault(str(item["rowID"]).partition("~")[0], []).append(item.get("data", {}))
    return found


def _decoded(part: Part, rows: Sequence[Item]) -> tuple[Any, int]:
    """A part of a unit's figures and how many bytes it takes in memory."""
    if part == "totals":
        data = rows[0]
        return PeriodTotals(
            int(data.get("orders", 0)), data.get("revenue", Decimal(0)), data.get("units", Decimal(0))
        ), 0
    if part == "statistics":
        return _distributions(rows[0])
    numbering = PRODUCTS if part == "products" else CUSTOMERS
    columns = tuple(column_of(row[part], numbering) for row in rows if row.get(part))
    return columns, sum(one.size for one in columns)


def _distributions(data: Item) -> tuple[Distributions, int]:
    values = data.get("values", {})
    sketch = np.array(list(map(int, values)), np.int64), np.array(list(map(int, values.values())), np.int64)
    found = Distributions(
        first=data.get("first", ""),
        last=data.get("last", ""),
        hours=_dense(data.get("hours", {}), 24),
        weekdays=_dense(data.get("weekdays", {}), 7),
        values=sketch,
    )
    return found, 16 * len(values) + _OBJECT_BYTES


def _dense(counts: dict[str, Any], size: int) -> NDArray[np.int64]:
    dense = np.zeros(size, np.int64)
    for key, count in counts.items():
        dense[int(key)] = int(count)
    return dense
