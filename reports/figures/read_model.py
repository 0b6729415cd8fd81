"""The read models by business day: orders into days, days into months, months into all time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from orders.order import Order
from orders.statuses import is_counted
from packprod.dates import business_zone, format_instant
from packprod.dynamodb.tables import Table
from packprod.months import month_of
from packprod.readmodels.registry import Bucket, ProjectionRow, ReadModel
from packprod.readmodels.tables import projection_item
from packprod.readmodels.totals import Totals, totals_row
from reports.figures.figures import Figures, from_row, merged, order_figures, sortable, to_rows, without_customers
from reports.figures.sums import Sum


def counts(figures: Figures) -> dict[str, Any]:
    """What statistics need of figures, without the customers: their number, and how many ordered twice or more."""
    orders = [one.orders for one in figures.customers.values()]
    return {
        "orders": figures.orders,
        "revenue": figures.revenue,
        "firstOrderDate": figures.first,
        "lastOrderDate": figures.last,
        "customers": len(orders),
        "repeatCustomers": sum(1 for count in orders if count > 1),
        "values": {str(key): count for key, count in sorted(figures.values.items())},
        "weekdays": [figures.weekdays[day] for day in range(7)],
        "hours": [figures.hours[hour] for hour in range(24)],
    }


ALL = "all"
LATER = 1.0
ORDERS = "orders"
_CHUNK = "~"  # sorts behind every digit: 2025-10, 2025-10~01, …


def project(order: Order) -> Iterable[ProjectionRow]:
    """One projection row per counted order in its business day."""
    if not is_counted(order.status):
        return []
    local = order.created_at.astimezone(business_zone())
    data = {
        "total": order.total,
        "contactID": order.contact_id,
        "hour": local.hour,
        "createdAt": format_instant(order.created_at),
        "products": _products(order),
    }
    return [ProjectionRow(key=local.date().isoformat(), row_id=order.order_id, data=data)]


def _products(order: Order) -> list[dict[str, Any]]:
    sums: dict[str, Sum] = {}
    for item in order.items:
        sums.setdefault(item.product_code, Sum()).add(Sum(item.quantity, item.line_total, 1, item.description))
    return [
        {"code": code, "units": one.units, "revenue": one.revenue, "description": one.description}
        for code, one in sums.items()
    ]


def summarise_day(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The day's figures, as projection rows of its month."""
    day = date.fromisoformat(bucket.key)
    in_time = sorted(rows, key=lambda row: (sortable(row["createdAt"]), row["contactID"]))
    figures = merged(order_figures(row, weekday=day.weekday()) for row in in_time)
    return _upward((MONTHS, DAILY_SALES), month_of(day), figures, bucket)


def summarise_month(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The month's figures, as projection rows of the calendar."""
    return _upward((CALENDAR, MONTHLY_SALES), ALL, merged(map(from_row, rows)), bucket)


def _upward(models: tuple[ReadModel, ReadModel], key: str, figures: Figures, bucket: Bucket) -> list[Table]:
    """The figures as projection rows of the next level, and without customers as rows of a list."""
    if figures.orders == 0:
        return []
    level, sales = models
    whole = list(to_rows(figures))
    return [*_rows(level, key, whole, bucket), *_rows(sales, key, without_customers(whole), bucket)]


def _rows(model: ReadModel, key: str, parts: Iterable[dict[str, Any]], bucket: Bucket) -> Iterator[Table]:
    for number, data in enumerate(parts):
        row_id = f"{bucket.key}{_CHUNK}{number:02d}" if number else bucket.key
        yield projection_item(model.name, ProjectionRow(key, row_id, data), source_id=bucket.bucket_id)


def summarise_calendar(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The all-time figures behind /api/reports/statistics, in one row that does not grow with the customers."""
    figures = merged(map(from_row, rows))
    if figures.orders == 0:
        return []
    return [totals_row(ORDERS, counts(figures))]


DAYS = ReadModel(
    name="day",
    project=project,
    summarise=summarise_day,
    delay=LATER,
    depends_on=("PACKPROD_TIME_ZONE",),
    version=4,
)
DAILY_SALES = ReadModel(name="daily-sales")
MONTHLY_SALES = ReadModel(name="monthly-sales")
MONTHS = ReadModel(name="month", summarise=summarise_month, delay=LATER, version=2)
CALENDAR = ReadModel(name="calendar", summarise=summarise_calendar, summary_tables=(Totals,), delay=LATER)
