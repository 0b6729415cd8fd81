"""Statistics of all time, or of a period beside another.

Those of all time are kept as one row that does not grow with the customers.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta, structs

from customers.population.read_model import POPULATION_SUBJECT
from customers.population.selectors import segments_on
from packprod.api.answers import Count, JsonObject, Money
from packprod.dates import business_date
from packprod.money import average, money, percentage
from packprod.readmodels.totals import read_totals
from reports.comparison import PeriodJson, SegmentCounts, changes, period_json, segment_counts
from reports.figures.folding import counts
from reports.figures.periods import Compare, Period
from reports.figures.read_model import ORDERS
from reports.figures.selectors import STATISTICS, figures_of
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


FIGURES = StatisticsChange.__struct_fields__
"""The fields of those figures that are one number each."""


class StatisticsReport(StatisticsOf[PeriodJson | None], kw_only=True):
    """All time, of which `period`, `previous` and `change` are null; or a period, and how its figures changed."""

    segments: SegmentCounts
    previous: EarlierStatistics | None
    change: StatisticsChange | None


def statistics_report(
    *, now: datetime, period: Period | None = None, compare: Compare = "previous"
) -> StatisticsReport:
    """Contract section 6, statistics: of all time, or of a period. `segments` are those of now."""
    population = read_totals(POPULATION_SUBJECT)
    segments = segment_counts(segments_on(population, today=business_date(now)))
    if period is None:
        counted = population | read_totals(ORDERS)
        return _statistics(StatisticsReport, counted, period=None, segments=segments, previous=None, change=None)
    before = period.compared(compare)
    current = _statistics(Statistics, _counted(period))
    previous = _statistics(EarlierStatistics, _counted(before), period=period_json(before))
    return StatisticsReport(
        period=period_json(period),
        **structs.asdict(current),
        segments=segments,
        previous=previous,
        change=changes(StatisticsChange, current, previous),
    )


def _counted(period: Period) -> dict[str, Any]:
    figures = figures_of(period, STATISTICS)
    orders = [one.orders for one in figures.customers.values()]
    customers = {"customers": len(orders), "repeatCustomers": sum(1 for count in orders if count > 1)}
    return counts(figures) | customers


def _statistics(kind: Callable[..., AnyStatistics], counted: Mapping[str, Any], **others: Any) -> AnyStatistics:
    """Statistics as an object of this kind, of what `counts` gave and of how many customers, or of nothing at all;
    `others` are its further fields."""
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
