"""Reads figures of a period: whole months from the calendar, the days at its edges one by one.

A range of three years reads about 36 months and at most two months of days, however many orders there are.
"""

from collections.abc import Iterator
from datetime import date

from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection
from reports.figures import Figures, from_row, merged
from reports.periods import Period, bucket_start
from reports.read_models import ALL, CALENDAR, MONTHS

_AFTER_CHUNKS = "\x7f"  # sorts behind "2025-10-20~01"


def figures_of(period: Period) -> Figures:
    """Everything that was ordered in the period."""
    return merged(figures for _, figures in _pieces(period))


def figures_by(period: Period, granularity: str) -> dict[date, Figures]:
    """The figures by bucket of the granularity; buckets without orders are not there."""
    found: dict[date, Figures] = {}
    pieces = _pieces(period) if granularity == "month" else _days(period)
    for day, figures in pieces:
        found.setdefault(bucket_start(day, granularity), Figures()).add(figures)
    return found


def _pieces(period: Period) -> Iterator[tuple[date, Figures]]:
    """Months where they are whole, days elsewhere, in order."""
    months = list(period.months())
    whole = [month for month in months if month.is_whole_month]
    calendar = _calendar(whole[0], whole[-1]) if whole else {}
    for month in months:
        if not month.is_whole_month:
            yield from _days(month)
        elif figures := calendar.get(_month_id(month.start)):
            yield month.start, figures


def _calendar(first: Period, last: Period) -> dict[str, Figures]:
    return dict(_read(CALENDAR.name, ALL, _month_id(first.start), _month_id(last.start)))


def _days(period: Period) -> Iterator[tuple[date, Figures]]:
    for month in period.months():
        for day, figures in _read(MONTHS.name, _month_id(month.start), month.start.isoformat(), month.end.isoformat()):
            yield date.fromisoformat(day), figures


def _month_id(day: date) -> str:
    return day.isoformat()[: len("2025-10")]


def _read(model: str, key: str, first: str, last: str) -> Iterator[tuple[str, Figures]]:
    """The figures of a stretch of rows, those of one day or month that were split put together again."""
    partition = Partition(
        Projection,
        hash=("bucket", bucket_id(model, key)),
        range=Range("rowID", "between", first, last + _AFTER_CHUNKS),
    )
    together: dict[str, Figures] = {}
    for item in query_all(partition):
        together.setdefault(_unit(item), Figures()).add(from_row(item["data"]))
    yield from together.items()


def _unit(item: Item) -> str:
    return str(item["rowID"]).partition("~")[0]
