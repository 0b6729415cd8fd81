"""How many orders there are, by status and business day: the length of a list that is filtered by these only.

Days are summed up into months, so that a count over years reads a row a month and the days at its edges.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from orders.order import Order
from packprod.dates import DAY, business_date
from packprod.dynamodb.reads import Partition, Range, query_all
from packprod.dynamodb.tables import Table
from packprod.months import month_end, month_of, month_start, next_month
from packprod.readmodels.registry import Bucket, ProjectionRow, ReadModel, bucket_id
from packprod.readmodels.tables import Projection, projection_item

ALL = "all"
LATER = 1.0
_STATUS_LENGTH = 100  # other writers set no limit
_FIRST, _LAST = "0000", "9999"  # around every month


def project(order: Order) -> Iterable[ProjectionRow]:
    """One projection row per order in its business day."""
    day = business_date(order.created_at).isoformat()
    return [ProjectionRow(key=day, row_id=order.order_id, data={"status": order.status[:_STATUS_LENGTH]})]


def summarise_day(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The day's counts, a projection row of its month."""
    return _upward(
        ORDER_COUNT_MONTHS, bucket, month_of(date.fromisoformat(bucket.key)), Counter(row["status"] for row in rows)
    )


def summarise_month(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The month's counts, a projection row among all months."""
    return _upward(ORDER_COUNTS, bucket, ALL, _added(rows))


def _upward(model: ReadModel, bucket: Bucket, key: str, counts: Counter[str]) -> Sequence[Table]:
    if not counts:
        return []
    row = ProjectionRow(key=key, row_id=bucket.key, data={"counts": {name: counts[name] for name in sorted(counts)}})
    return [projection_item(model.name, row, source_id=bucket.bucket_id)]


def _added(rows: Iterable[dict[str, Any]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in rows:
        total.update({name: int(count) for name, count in row["counts"].items()})
    return total


def order_counts(*, first: date | None, last: date | None) -> Counter[str]:
    """How many orders each status has from the first to the last business day, both inclusive; None: no bound."""
    return _added(_pieces(first, last))


def _pieces(first: date | None, last: date | None) -> Iterator[dict[str, Any]]:
    """Months where they are whole, days at the edges; nothing where the last day lies before the first."""
    if first and last and first > last:
        return
    if first and last and month_of(first) == month_of(last):
        yield from _days(first, last)
        return
    if first and first.day > 1:
        yield from _days(first, None)
        first = next_month(first)
    if last and last != month_end(last):
        yield from _days(None, last)
        last = month_start(last) - DAY
    low = month_of(first) if first else _FIRST
    high = month_of(last) if last else _LAST
    if low <= high:
        yield from _read(ORDER_COUNTS, ALL, low, high)


def _days(first: date | None, last: date | None) -> Iterator[dict[str, Any]]:
    """The days of one month from the first on, or up to the last."""
    month = month_of(first or last or date.min)
    low = first.isoformat() if first else month
    return _read(ORDER_COUNT_MONTHS, month, low, last.isoformat() if last else f"{month}-99")


def _read(model: ReadModel, key: str, low: str, high: str) -> Iterator[dict[str, Any]]:
    days = Range("rowID", "between", low, high)
    partition = Partition(Projection, hash=("bucket", bucket_id(model.name, key)), range=days)
    return (item["data"] for item in query_all(partition))


_ZONE = ("PACKPROD_TIME_ZONE",)
ORDER_COUNT_DAYS = ReadModel(
    name="order-count-day", project=project, summarise=summarise_day, delay=LATER, depends_on=_ZONE
)
ORDER_COUNT_MONTHS = ReadModel(name="order-count-month", summarise=summarise_month, delay=LATER, depends_on=_ZONE)
ORDER_COUNTS = ReadModel(name="order-count", depends_on=_ZONE)
