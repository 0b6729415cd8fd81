"""The read models by business day: orders into days, days into months, months into all time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from orders.lists.counting import ORDER_COUNT_DAYS
from orders.statuses import is_counted
from packprod.dates import business_date, parse_instant, sortable
from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table
from packprod.months import month_of
from packprod.readmodels.changes import Change, Contribution, net
from packprod.readmodels.registry import Bucket, BucketEnds, Fold, ProjectionRow, ReadModel, bucket_id
from packprod.readmodels.tables import Projection, projection_item
from packprod.readmodels.totals import Totals, totals_row
from reports.figures.figures import from_row, merged, order_figures, to_rows, without_customers
from reports.figures.folding import AllTime, OrderContribution, contribution_of, counts, rows_with

ALL = "all"
ORDERS = "orders"
_CHUNK = "~"  # sorts behind every digit: 2025-10, 2025-10~01, …


def day_contribution(data: Mapping[str, Any]) -> Contribution | None:
    """What an order adds to the figures of its day, and of the month and all time above it; None if it does not
    count."""
    if "total" not in data:
        return None
    day = business_date(parse_instant(data["createdAt"]))
    return contribution_of(data, weekday=day.weekday())


def summarise_day(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table] | None:
    """The day's figures, as projection rows of its month."""
    if any("total" not in row and is_counted(row["status"]) for row in rows):
        return None  # rows of the release before
    day = date.fromisoformat(bucket.key)
    counted = (row for row in rows if "total" in row)
    in_time = sorted(counted, key=lambda row: (sortable(row["createdAt"]), row["contactID"]))
    figures = merged(order_figures(row, weekday=day.weekday()) for row in in_time)
    return _upward((MONTHS, DAILY_SALES), month_of(day), list(to_rows(figures)), bucket)


def fold_day(
    bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime
) -> Sequence[Table] | None:
    """The same rows, given them as they are stored and what changes in them."""
    return _folded((MONTHS, DAILY_SALES), month_of(date.fromisoformat(bucket.key)), kept, change, bucket)


def summarise_month(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The month's figures, as projection rows of the calendar."""
    figures = merged(map(from_row, rows))
    return _upward((CALENDAR, MONTHLY_SALES), ALL, list(to_rows(figures)), bucket)


def fold_month(
    bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime
) -> Sequence[Table] | None:
    """The same rows, given them as they are stored and what changes in them."""
    return _folded((CALENDAR, MONTHLY_SALES), ALL, kept, change, bucket)


def _folded(
    models: tuple[ReadModel, ReadModel], key: str, kept: list[Item], change: Change, bucket: Bucket
) -> Sequence[Table] | None:
    """None if orders are taken out: what was first, last or described before is known only by all the others."""
    whole = [item["data"] for item in kept if item["bucket"] == bucket_id(models[0].name, key)]
    change = net(change)
    if change.removed or not whole:
        return None
    rows = rows_with(whole, change.added)
    return None if rows is None else _upward(models, key, rows, bucket)


def _upward(
    models: tuple[ReadModel, ReadModel], key: str, whole: Sequence[Mapping[str, Any]], bucket: Bucket
) -> list[Table]:
    """The figures as projection rows of the next level, and without customers as rows of a list."""
    if not whole[0]["orders"]:
        return []
    level, sales = models
    return [*_rows(level, key, whole, bucket), *_rows(sales, key, without_customers(whole), bucket)]


def _rows(model: ReadModel, key: str, parts: Iterable[Mapping[str, Any]], bucket: Bucket) -> Iterator[Table]:
    for number, data in enumerate(parts):
        row_id = f"{bucket.key}{_CHUNK}{number:02d}" if number else bucket.key
        yield projection_item(model.name, ProjectionRow(key, row_id, dict(data)), source_id=bucket.bucket_id)


def summarise_all(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The figures of all time behind /api/reports/statistics, in one row that does not grow."""
    figures = merged(map(from_row, rows))
    return [totals_row(ORDERS, counts(figures))] if figures.orders else []


def fold_all(
    bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime
) -> Sequence[Table] | None:
    """The same row, given it as it is stored and what changes in it."""
    change = net(change)
    totals = AllTime(kept[0]["figures"]) if kept else None
    if totals is None or any(map(totals.is_at_an_end, change.removed)):
        return None
    for one in change.added:
        totals.add(OrderContribution.of(one))
    for one in change.removed:
        totals.add(OrderContribution.of(one), -1)
    return [totals_row(ORDERS, totals.figures())] if totals.orders else []


def _manifest(prefix: str) -> Callable[[str], tuple[str, str]]:
    """Where the version of a day's or a month's figures is found: in the manifest of its year."""
    return lambda key: (f"{MANIFEST}#{key[:4]}", f"{prefix}{key}")


MANIFEST = "figures"
DAYS = ReadModel(
    name="day",
    reads=ORDER_COUNT_DAYS.name,
    summarise=summarise_day,
    fold=Fold(day_contribution, fold_day, kept_in=(Projection,)),
    interval=0.6,
    depends_on=("PACKPROD_TIME_ZONE",),
    version=5,
    manifest=_manifest("d"),
)
DAILY_SALES = ReadModel(name="daily-sales")
MONTHLY_SALES = ReadModel(name="monthly-sales")
MONTHS = ReadModel(
    name="month",
    summarise=summarise_month,
    fold=Fold(None, fold_month, kept_in=(Projection,)),
    version=3,
    manifest=_manifest("m"),
)
CALENDAR = ReadModel(name="calendar")
ALL_TIME = ReadModel(
    name="all-time",
    summarise=summarise_all,
    summary_tables=(Totals,),
    fold=Fold(None, fold_all, kept_in=(Totals,)),
    reads="monthly-sales",
)
