"""The parts that several reports consist of: a period, its headline figures, their series, and their change from
another period. The API renders and documents them as they are."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.conf import settings
from msgspec import Meta, Struct, field

from customers.metrics import ACTIVE, DORMANT, NEW, VIP
from packprod.api.answers import Count, Day, JsonObject, Money
from packprod.money import average, change, money
from reports.figures.held_figures import Part, PeriodTotals
from reports.figures.narrowing import Narrow
from reports.figures.pairing import paired_buckets
from reports.figures.periods import Compare, Period, bucket_starts
from reports.figures.selectors import FigureVersions, PeriodFigures, figures_of, totals_by

AnyHeadline = TypeVar("AnyHeadline", bound="Headline")
AnyChange = TypeVar("AnyChange", bound=Struct)


class PeriodJson(JsonObject):
    """Business days, the last one inclusive."""

    from_: Day = field(name="from")
    to: Day
    time_zone: str


class SegmentCounts(JsonObject):
    """How many customers are in each segment now."""

    vip: Count = field(name=VIP)
    active: Count = field(name=ACTIVE)
    new: Count = field(name=NEW)
    dormant: Count = field(name=DORMANT)


class Headline(JsonObject, kw_only=True):  # kw_only: what a subclass adds without it is sent first
    """The figures that every report gives of a period."""

    orders: Count
    revenue: Annotated[Money, Meta(description="Σ total of the orders.")]
    units: Annotated[Decimal, Meta(description="Pieces.")]
    average_order_value: Annotated[Money | None, Meta(description="2 decimals, half up; null at 0 orders.")]


class EarlierHeadline(Headline):
    """The same figures of the period it is compared with."""

    period: PeriodJson


class HeadlineChange(JsonObject):
    """From the other period to this one, in percent with 1 decimal; null where there was nothing."""

    orders: Decimal | None
    revenue: Decimal | None
    units: Decimal | None
    average_order_value: Decimal | None


class SalesBucket(Headline):
    """One day, week or month."""

    date: Annotated[Day, Meta(description="Its first day.")]


class ComparedBucket(JsonObject):
    """A bucket of the period, and the one of the other period that stands beside it by the calendar: the same day of
    the month, the same ISO week, the same month. One of the two may be missing."""

    current: SalesBucket | None
    previous: SalesBucket | None

    @property
    def revenue(self) -> Decimal | None:
        """The revenue of the bucket."""
        return self.current.revenue if self.current else None

    @property
    def revenue_before(self) -> Decimal | None:
        """The revenue of the other period's bucket."""
        return self.previous.revenue if self.previous else None

    @property
    def change(self) -> Decimal | None:
        """From the other period's revenue to this one, in percent; None where one of them is missing or nothing."""
        return change(self.revenue, self.revenue_before)


Trend = list[ComparedBucket]
"""The series of a period beside that of the other, both in order: each bucket of either is in it exactly once."""


def trend(
    series: Sequence[SalesBucket],
    earlier: Sequence[SalesBucket],
    *,
    period: Period,
    compare: Compare,
    granularity: str,
) -> Trend:
    """The series of the period beside that of the period that it is compared with, both without gaps."""
    now, before = ({date.fromisoformat(bucket.date): bucket for bucket in one} for one in (series, earlier))
    return [
        ComparedBucket(now[start] if start else None, before[other] if other else None)
        for start, other in paired_buckets(period, compare=compare, granularity=granularity)
    ]


def period_json(period: Period) -> PeriodJson:
    """The period as the API shows it."""
    return PeriodJson(period.start.isoformat(), period.end.isoformat(), settings.PACKPROD_TIME_ZONE)


def segment_counts(counts: Mapping[str, int]) -> SegmentCounts:
    """Makes it of counts by the names of the segments."""
    return SegmentCounts(counts[VIP], counts[ACTIVE], counts[NEW], counts[DORMANT])


def headline(kind: Callable[..., AnyHeadline], figures: PeriodTotals | PeriodFigures, **others: Any) -> AnyHeadline:
    """The headline figures as an object of this kind; `others` are its further fields."""
    return kind(
        orders=figures.orders,
        revenue=money(figures.revenue),
        units=figures.units,
        average_order_value=average(figures.revenue, figures.orders),
        **others,
    )


def changes(kind: type[AnyChange], now: object, before: object) -> AnyChange:
    """The change in percent of each figure that `kind` has a field for."""
    make: Callable[..., AnyChange] = kind
    return make(*(change(getattr(now, name), getattr(before, name)) for name in kind.__struct_fields__))


def figures_and_series(
    period: Period, granularity: str | None, narrow: Narrow, *parts: Part, versions: FigureVersions
) -> tuple[PeriodFigures, list[SalesBucket]]:
    """The figures of the period with these parts and, where a granularity is named, their series from the same
    rows; else no series."""
    figures = figures_of(period, *parts, versions=versions, granularity=granularity, narrow=narrow)
    if granularity is None:
        return figures, []
    return figures, series(totals_by(figures, granularity), period, granularity)


def series(found: Mapping[date, PeriodTotals], period: Period, granularity: str) -> list[SalesBucket]:
    """A bucket for each that the period touches, also where nothing was ordered."""
    return [
        headline(SalesBucket, found.get(start, PeriodTotals()), date=start.isoformat())
        for start in bucket_starts(period, granularity)
    ]
