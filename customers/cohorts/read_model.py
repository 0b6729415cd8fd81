"""The rows of cohorts: customers by the month of their first counted order, and their orders in each month since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from customers.cohorts.population_totals import PopulationTotals
from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table
from packprod.readmodels.changes import Change, Contribution, number
from packprod.readmodels.columns import packed, unpacked
from packprod.readmodels.registry import Bucket, BucketEnds, Fold, ProjectionRow, ReadModel, bucket_id
from packprod.readmodels.tables import Projection, projection_item

ALL = "all"
Months = Mapping[str, tuple[int, Decimal]]
"""A customer's number of orders and revenue by month."""


@dataclass(slots=True)
class Cell:
    """What the customers of a cohort ordered in one month: how many did, in how many orders, for how much."""

    customers: int = 0
    orders: int = 0
    revenue: Decimal = Decimal(0)

    def add(self, other: "Cell") -> None:
        """Adds other customers of the cohort."""
        self.customers += other.customers
        self.orders += other.orders
        self.revenue += other.revenue


@dataclass(slots=True)
class Cohort:
    """The number of its customers, and its cells by month; months without orders are left out."""

    customers: int = 0
    months: dict[str, Cell] = field(default_factory=dict)

    def add(self, other: "Cohort") -> None:
        """Adds other customers."""
        self.customers += other.customers
        for month, cell in other.months.items():
            self.months.setdefault(month, Cell()).add(cell)


def cohort_row(contact_id: str, months: Months, member: Mapping[str, Any], *, source_id: str) -> Table:
    """A customer's projection row in its cohort: its orders and revenue by month, with the data of its member's row."""
    cells = {month: Cell(1, orders, revenue) for month, (orders, revenue) in months.items() if orders}
    data = {"first": member["first"], "segments": member["segments"], "months": _column(cells)}
    row = ProjectionRow(key=min(cells), row_id=contact_id, data=data)
    return projection_item(COHORTS.name, row, source_id=source_id)


def cohort_contribution(data: Mapping[str, Any]) -> Contribution:
    """What a customer adds to its cohort and to the population: day of the first order, segments with the days on which
    they begin, number of orders, and orders and revenue by month."""
    months = [[month, orders, revenue] for month, _, orders, revenue in unpacked(data["months"])]
    return [data["first"], sorted(data["segments"].items()), sum(orders for _, orders, _ in months), months]


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table] | None:
    """The cohort of a month, and its part of the population."""
    if any("segments" not in row for row in rows):
        return None  # rows of the release before; the customers' own are complete once these are gone
    change = Change(added=list(map(cohort_contribution, rows)))
    return _summary(bucket, Cohort(), PopulationTotals(), change)


def fold(bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime) -> Sequence[Table] | None:
    """The same rows, given them as they are stored and what changes in them."""
    stored = {item["bucket"]: item["data"] for item in kept}
    cohort, totals = stored.get(bucket_id(COHORT_LIST.name, ALL)), stored.get(bucket_id(_POPULATION, ALL))
    if not cohort or not totals:
        return None
    population = PopulationTotals()
    population.add_stored(totals)
    return _summary(bucket, cohort_of(cohort), population, change)


def _summary(bucket: Bucket, cohort: Cohort, population: PopulationTotals, change: Change) -> list[Table]:
    population.change(change)
    for contributions, times in ((change.added, 1), (change.removed, -1)):
        for _, _, _, months in contributions:
            cells = {month: Cell(times, times * orders, times * Decimal(revenue)) for month, orders, revenue in months}
            cohort.add(Cohort(times, cells))
    if not population.customers:
        return []
    part = ProjectionRow(ALL, bucket.key, population.data())
    return [
        _projection_row(COHORT_LIST, ALL, bucket.key, cohort, bucket),
        projection_item(_POPULATION, part, source_id=bucket.bucket_id),
    ]


def _projection_row(model: ReadModel, key: str, row_id: str, cohort: Cohort, source: Bucket) -> Table:
    data = {"customers": cohort.customers, "months": _column(cohort.months)}
    return projection_item(model.name, ProjectionRow(key, row_id, data), source_id=source.bucket_id)


def cohort_of(data: Mapping[str, Any]) -> Cohort:
    """The cohort in a projection row."""
    return Cohort(int(data["customers"]), _cells(data["months"]))


def _column(months: Mapping[str, Cell]) -> bytes:
    cells = ((month, one) for month, one in sorted(months.items()) if one.orders)
    return packed([[month, one.customers, one.orders, number(one.revenue)] for month, one in cells])


def _cells(column: bytes) -> dict[str, Cell]:
    return {month: Cell(customers, orders, Decimal(revenue)) for month, customers, orders, revenue in unpacked(column)}


_POPULATION = "population"  # the read model that adds up the parts of all cohorts
COHORT_LIST = ReadModel(name="cohorts")
COHORTS = ReadModel(
    name="cohort",
    summarise=summarise,
    fold=Fold(cohort_contribution, fold, kept_in=(Projection,)),
    interval=0.6,
    version=2,
)
