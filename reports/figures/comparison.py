"""What every report works out from figures: averages, percentages, series, and the comparison of two periods."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from packprod.money import average, change, money
from reports.figures.figures import Figures
from reports.figures.periods import Period, bucket_starts


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """The change of every figure."""
    return {name: change(now[name], before[name]) for name in before}


def headline(figures: Figures) -> dict[str, Any]:
    """What every report says of a stretch of days."""
    return {
        "orders": figures.orders,
        "revenue": money(figures.revenue),
        "units": figures.units,
        "averageOrderValue": average(figures.revenue, figures.orders),
    }


def beside(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The same figures of an earlier period, and their change."""
    return {"previous": dict(before), "change": changes(now, before)}


def series(found: Mapping[date, Figures], period: Period, granularity: str) -> list[dict[str, Any]]:
    """A row for every bucket of the period, also where nothing was ordered."""
    return [
        {"date": start.isoformat(), **headline(found.get(start, Figures()))}
        for start in bucket_starts(period, granularity)
    ]


def beside_each_other(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The series with `before`: the revenue of the bucket at the same place of the other period, None past its end."""
    for row, earlier in zip_longest(report["series"], report["previous"]["series"]):
        if row is not None:
            yield {**row, "before": earlier["revenue"] if earlier else None}
