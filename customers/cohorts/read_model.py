"""The rows of cohorts: customers by the month of their first counted order, and their orders in each month since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from customers.metrics import CountedOrder
from packprod.dates import business_date
from packprod.dynamodb.tables import Table
from packprod.months import month_of
from packprod.readmodels.columns import packed, unpacked
from packprod.readmodels.registry import Bucket, ProjectionRow, ReadModel
from packprod.readmodels.tables import projection_item

ALL = "all"
LATER = 1.0


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


def customer_months(orders: Sequence[CountedOrder]) -> bytes:
    """A customer's orders and revenue by month, as a column of its projection row in the shard."""
    cohort = Cohort(customers=1)
    for order in orders:
        month = month_of(business_date(order.created_at))
        cohort.months.setdefault(month, Cell(customers=1)).add(Cell(0, 1, order.total))
    return _column(cohort)


def cohort_rows(columns: Iterable[bytes], *, shard: Bucket) -> list[Table]:
    """The cohorts of a shard's customers: one projection row per cohort, in the bucket of its month."""
    found: dict[str, Cohort] = {}
    for column in columns:
        months = _cells(column)
        found.setdefault(min(months), Cohort()).add(Cohort(1, months))
    return [_projection_row(COHORTS, month, shard.key, cohort, shard) for month, cohort in sorted(found.items())]


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The cohort of a month, added up over the shards."""
    whole = Cohort()
    for row in rows:
        whole.add(cohort_of(row))
    return [_projection_row(COHORT_LIST, ALL, bucket.key, whole, bucket)] if rows else []


def _projection_row(model: ReadModel, key: str, row_id: str, cohort: Cohort, source: Bucket) -> Table:
    data = {"customers": cohort.customers, "months": _column(cohort)}
    return projection_item(model.name, ProjectionRow(key, row_id, data), source_id=source.bucket_id)


def cohort_of(data: Mapping[str, Any]) -> Cohort:
    """The cohort in a projection row."""
    return Cohort(int(data["customers"]), _cells(data["months"]))


def _column(cohort: Cohort) -> bytes:
    cells = sorted(cohort.months.items())
    return packed([[month, one.customers, one.orders, str(one.revenue)] for month, one in cells])


def _cells(column: bytes) -> dict[str, Cell]:
    return {month: Cell(customers, orders, Decimal(revenue)) for month, customers, orders, revenue in unpacked(column)}


COHORT_LIST = ReadModel(name="cohorts")
COHORTS = ReadModel(name="cohort", summarise=summarise, delay=LATER)
