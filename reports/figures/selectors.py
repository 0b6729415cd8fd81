"""Reads the figures of a period: whole months from the calendar, the days at its edges one by one.

A range of three years reads about 36 months and at most two months of days, however many orders there are.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.months import month_of
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection
from reports.figures.figures import Figures, from_row, merged
from reports.figures.periods import Period, bucket_start
from reports.figures.read_model import ALL, CALENDAR, DAILY_SALES, MONTHLY_SALES, MONTHS
from reports.figures.sums import Sums

Columns = tuple[Literal["products", "customers", "hours", "weekdays", "values", "first", "last"], ...]
"""What is read besides the totals: figures by product, by customer (they are most of a row), or those of statistics."""
STATISTICS: Columns = ("customers", "hours", "weekdays", "values", "first", "last")
_SUMS = frozenset({"products", "customers"})
_TOTALS = ("orders", "revenue", "units")
_AFTER_CHUNKS = "\x7f"  # sorts behind "2025-10-20~01"


def figures_of(period: Period, columns: Columns) -> Figures:
    """What was ordered in the period: totals, and these columns."""
    return merged(figures for _, figures in _pieces(period, columns))


def figures_by(period: Period, granularity: str, columns: Columns) -> dict[date, Figures]:
    """The same by bucket of the granularity; buckets without orders are not there."""
    found: dict[date, Figures] = {}
    pieces = _pieces(period, columns) if granularity == "month" else _days(period, columns)
    for day, figures in pieces:
        found.setdefault(bucket_start(day, granularity), Figures()).add(figures)
    return found


def _pieces(period: Period, columns: Columns) -> Iterator[tuple[date, Figures]]:
    """Months where they are whole, days elsewhere, in order."""
    months = list(period.months())
    whole = [month for month in months if month.is_whole_month]
    calendar = _calendar(whole[0], whole[-1], columns) if whole else {}
    for month in months:
        if not month.is_whole_month:
            yield from _days(month, columns)
        elif figures := calendar.get(month_of(month.start)):
            yield month.start, figures


def _calendar(first: Period, last: Period, columns: Columns) -> dict[str, Figures]:
    model = CALENDAR if "customers" in columns else MONTHLY_SALES
    return dict(_read(model.name, ALL, (month_of(first.start), month_of(last.start)), columns))


def _days(period: Period, columns: Columns) -> Iterator[tuple[date, Figures]]:
    model = MONTHS if "customers" in columns else DAILY_SALES
    for month in period.months():
        days = month.start.isoformat(), month.end.isoformat()
        for day, figures in _read(model.name, month_of(month.start), days, columns):
            yield date.fromisoformat(day), figures


def _read(model: str, key: str, units: tuple[str, str], columns: Columns) -> Iterator[tuple[str, Figures]]:
    """The figures from the first unit to the last, those of one day or month that were split put together again."""
    first, last = units
    partition = Partition(
        Projection,
        hash=("bucket", bucket_id(model, key)),
        range=Range("rowID", "between", first, last + _AFTER_CHUNKS),
        attributes=("rowID", *(f"data.{name}" for name in (*_TOTALS, *columns))),
    )
    together: dict[str, Figures] = {}
    for item in query_all(partition):
        figures = from_row(item.get("data", {}))
        for name in _SUMS.difference(columns):
            setattr(figures, name, Sums(unread=True))
        together.setdefault(_unit(item), Figures()).add(figures)
    yield from together.items()


def _unit(item: Item) -> str:
    return str(item["rowID"]).partition("~")[0]
