"""Statistics of all time, or of a period beside another.

Those of all time are kept as one row that does not grow with the customers.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Generic, TypeVar

import numpy as np
from django.conf import settings
from msgspec import Meta, structs

from customers.population.selectors import population
from packprod.api.answers import Count, JsonObject, Money
from packprod.dates import business_date, sortable
from packprod.money import average, money, percentage
from packprod.readmodels.held import HELD, NEVER_DERIVED
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.totals import read_totals
from reports.comparison import PeriodJson, SegmentCounts, changes, period_json, segment_counts
from reports.figures.held_figures import Distributions
from reports.figures.periods import Compare, Period
from reports.figures.read_model import ALL, ALL_TIME, ORDERS
from reports.figures.selectors import FigureVersions, figure_versions, figures_of
from reports.figures.sketch import percentile

PeriodOrNull = TypeVar("PeriodOrNull")
AnyStatistics = TypeVar("AnyStatistics", bound="Statistics")


class Percentiles(JsonObject):
    """So many percent of the orders are worth at most this; null at 0 orders."""

    p10: Money | None
    p25: Money | None
    p50: Money | None
    p75: Money | None
    p90: Money | None
    p99: Money | None


class Statistics(JsonObject, kw_only=True):  # kw_only: what a subclass adds without it is sent first
    """Statistics of all time or of a range of days; figures that have no meaning without orders are null."""

    orders: Count
    revenue: Money
    customers: Count
    average_order_value: Money | None
    median_order_value: Annotated[Money | None, Meta(description="Within 0.5 %.")]
    repeat_rate: Annotated[
        Decimal | None, Meta(description="Customers with 2 or more orders in the period, in percent, 1 decimal.")
    ]
    orders_per_customer: Decimal | None
    order_value_percentiles: Percentiles
    orders_by_weekday: Annotated[list[int], Meta(min_length=7, max_length=7)]
    orders_by_hour: Annotated[list[int], Meta(min_length=24, max_length=24)]
    first_order_date: str | None
    last_order_date: str | None


class StatisticsOf(Statistics, Generic[PeriodOrNull]):
    """Statistics and which period they are of."""

    period: PeriodOrNull


class EarlierStatistics(StatisticsOf[PeriodJson]):
    """The same figures of the period it is compared with."""


class StatisticsChange(JsonObject):
    """From the other period to this one, in percent with 1 decimal; null where there was nothing."""

    orders: Decimal | None
    revenue: Decimal | None
    customers: Decimal | None
    average_order_value: Decimal | None
    median_order_value: Decimal | None
    repeat_rate: Decimal | None
    orders_per_customer: Decimal | None


_ALL_TIME_BYTES: Final = 100_000
FIGURES = StatisticsChange.__struct_fields__
"""The fields of those figures that are one number each."""


class StatisticsReport(StatisticsOf[PeriodJson | None], kw_only=True):
    """All time, of which `period`, `previous` and `change` are null; or a period, and how its figures changed."""

    segments: SegmentCounts
    previous: EarlierStatistics | None
    change: StatisticsChange | None


def statistics_report(
    *,
    now: datetime,
    period: Period | None = None,
    compare: Compare = "previous",
    versions: FigureVersions | None = None,
) -> StatisticsReport:
    """Contract section 6, statistics: of all time, or of a period. `segments` are those of now."""
    before = period and period.compared(compare)
    versions = versions or statistics_versions(*filter(None, (period, before)))
    segments = segment_counts(population(versions.population).segments_on(business_date(now)))
    if period is None or before is None:
        return _statistics(
            StatisticsReport, _of_all_time(versions), period=None, segments=segments, previous=None, change=None
        )
    current = _statistics(Statistics, _of_period(period, versions))
    previous = _statistics(EarlierStatistics, _of_period(before, versions), period=period_json(before))
    return StatisticsReport(
        period=period_json(period),
        **structs.asdict(current),
        segments=segments,
        previous=previous,
        change=changes(StatisticsChange, current, previous),
    )


def statistics_versions(*periods: Period) -> FigureVersions:
    """The versions of all that statistics of these periods, or of all time without any, are computed from."""
    return figure_versions(*periods, population=True, derivations=[] if periods else [_all_time_id()])


def _all_time_id() -> str:
    return bucket_id(ALL_TIME.name, ALL)


def _of_all_time(versions: FigureVersions) -> Mapping[str, Any]:
    """The row of all time, read only if it is not held in its version, and how many customers there are."""
    key, version = (settings.PACKPROD_CLIENT_ID, ORDERS), versions.derivations.get(_all_time_id(), NEVER_DERIVED)
    held: Mapping[str, Any] | None = HELD.get(key, version)
    if held is None:
        held = read_totals(ORDERS)
        HELD.put(key, version, held, size=_ALL_TIME_BYTES)
    everybody = population(versions.population)
    return {"customers": everybody.customers, "repeatCustomers": everybody.repeat_customers, **held}


def _of_period(period: Period, versions: FigureVersions) -> dict[str, Any]:
    """What the row of all time says, of a period."""
    figures = figures_of(period, "customers", "statistics", versions=versions)
    orders, parts = figures.customers.orders, figures.statistics
    return {
        "orders": figures.orders,
        "revenue": figures.revenue,
        "firstOrderDate": min((one.first for one in parts if one.first), key=sortable, default=""),
        "lastOrderDate": max((one.last for one in parts), key=sortable, default=""),
        "customers": len(figures.customers),
        "repeatCustomers": int((orders > 1).sum()),
        "values": _added_values(parts),
        "weekdays": sum((one.weekdays for one in parts), np.zeros(7, np.int64)).tolist(),
        "hours": sum((one.hours for one in parts), np.zeros(24, np.int64)).tolist(),
    }


def _added_values(parts: Sequence[Distributions]) -> dict[int, int]:
    """The sketches of order values, added up."""
    if not parts:
        return {}
    keys, places = np.unique(np.concatenate([one.values[0] for one in parts]), return_inverse=True)
    counts = np.zeros(len(keys), np.int64)
    np.add.at(counts, places, np.concatenate([one.values[1] for one in parts]))
    return dict(zip(keys.tolist(), counts.tolist(), strict=True))


def _statistics(kind: Callable[..., AnyStatistics], counted: Mapping[str, Any], **others: Any) -> AnyStatistics:
    """Statistics as an object of this kind, of what `counts` gave or of nothing at all; `others` are its further
    fields."""
    orders, customers = int(counted.get("orders", 0)), int(counted.get("customers", 0))
    revenue = counted.get("revenue", Decimal(0))
    values = Counter({int(key): int(count) for key, count in counted.get("values", {}).items()})
    return kind(
        orders=orders,
        revenue=money(revenue),
        customers=customers,
        average_order_value=average(revenue, orders),
        median_order_value=percentile(values, 50),
        repeat_rate=percentage(int(counted.get("repeatCustomers", 0)), customers),
        orders_per_customer=average(orders, customers),
        order_value_percentiles=Percentiles(*(percentile(values, percent) for percent in (10, 25, 50, 75, 90, 99))),
        orders_by_weekday=[int(count) for count in counted.get("weekdays", [0] * 7)],
        orders_by_hour=[int(count) for count in counted.get("hours", [0] * 24)],
        first_order_date=counted.get("firstOrderDate") or None,
        last_order_date=counted.get("lastOrderDate") or None,
        **others,
    )
