"""The overview: the headline figures of a period beside those of another, segments, top products and customers."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from msgspec import UNSET, Meta, UnsetType, structs

from customers.population.selectors import member_ids, population, population_ids, segment_members
from customers.selectors import customer_names
from packprod.api.answers import Count, JsonObject, Money
from packprod.dates import business_date
from packprod.money import money
from packprod.readmodels.parked import ParkedSummary, parked_summary
from reports.comparison import (
    Headline,
    HeadlineChange,
    PeriodJson,
    SegmentCounts,
    Trend,
    changes,
    figures_and_series,
    headline,
    period_json,
    segment_counts,
    trend,
)
from reports.figures.held_figures import Part
from reports.figures.narrowing import EVERYTHING, Narrow, only_customers
from reports.figures.periods import Compare, Period
from reports.figures.selectors import FigureVersions, PeriodFigures, figure_versions
from reports.products.report import TopProduct, top_products

TOP = 5


class OverviewFigures(Headline, kw_only=True):
    """The figures of a period."""

    customers: Annotated[Count, Meta(description="Distinct in the period.")]
    new_customers: Annotated[Count, Meta(description="Their first counted order ever lies in the period.")]
    returning_customers: Count


class EarlierOverview(OverviewFigures):
    """The same figures of the period it is compared with."""

    period: PeriodJson


class OverviewChange(HeadlineChange):
    """From the other period to this one, in percent with 1 decimal; null where there was nothing."""

    customers: Decimal | None
    new_customers: Decimal | None
    returning_customers: Decimal | None


class TopCustomer(JsonObject):
    """A customer's figures in the period."""

    contact_id: str
    orders: Count
    revenue: Money
    name: str


class ParkedReason(JsonObject):
    """Why orders are parked, how many, and what those are worth whose amount can be read."""

    reason: str
    orders: Count
    amount: Money
    unreadable: Annotated[Count, Meta(description="How many have no amount that can be read.")]


class ParkedOrders(JsonObject):
    """The orders of all time that no figure can use."""

    orders: Count
    amount: Money
    unreadable: Count
    reasons: Annotated[list[ParkedReason], Meta(description="Most orders first.")]


class OverviewReport(EarlierOverview, kw_only=True):
    """The figures of a period, and how they changed."""

    segments: SegmentCounts
    top_products: (
        Annotated[
            list[TopProduct],
            Meta(description=f"The {TOP} with most revenue; not with `segment`, of which they are not kept."),
        ]
        | UnsetType
    ) = UNSET
    top_customers: (
        Annotated[
            list[TopCustomer],
            Meta(description=f"The {TOP} with most revenue; left out for people who may not view customers."),
        ]
        | UnsetType
    ) = UNSET
    previous: EarlierOverview
    change: OverviewChange
    parked: ParkedOrders


AnyFigures = TypeVar("AnyFigures", bound=OverviewFigures)


def overview_report(
    *,
    period: Period,
    compare: Compare,
    now: datetime,
    segment: str = "",
    names_customers: bool = True,
    versions: FigureVersions | None = None,
) -> OverviewReport:
    """Contract section 6, overview. With a segment: of the customers who are in it now, and without `top_products`,
    as nothing is kept by product and customer; `segments` stays that of all customers. Without `names_customers` it has
    no `top_customers`."""
    report, _ = overview_with_trend(
        period=period,
        compare=compare,
        now=now,
        segment=segment,
        granularity=None,
        names_customers=names_customers,
        versions=versions,
    )
    return report


def overview_with_trend(
    *,
    period: Period,
    compare: Compare,
    now: datetime,
    segment: str = "",
    granularity: str | None,
    names_customers: bool = True,
    versions: FigureVersions | None = None,
) -> tuple[OverviewReport, Trend]:
    """The same, and the series of both periods side by side; without a granularity it is empty."""
    before = period.compared(compare)
    versions = versions or overview_versions(period, before, segment=segment)
    narrow, new = _customers_of(segment, versions, now=now)
    tops: tuple[Part, ...] = () if segment else ("products", "customers")
    figures, series = figures_and_series(period, granularity, narrow, *tops, versions=versions)
    earlier, earlier_series = figures_and_series(before, granularity, narrow, *tops[1:], versions=versions)
    current = _overview_figures(OverviewFigures, figures, new(period))
    previous = _overview_figures(EarlierOverview, earlier, new(before), period=period_json(before))
    report = OverviewReport(
        period=period_json(period),
        **structs.asdict(current),
        segments=segment_counts(population(versions.derivations).segments_on(business_date(now))),
        top_products=UNSET if segment else top_products(figures.products, most=TOP),
        top_customers=_top_customers(figures) if names_customers else UNSET,
        previous=previous,
        change=changes(OverviewChange, current, previous),
        parked=_parked_orders(parked_summary()),
    )
    if granularity is None:
        return report, []
    return report, trend(series, earlier_series, period=period, compare=compare, granularity=granularity)


def overview_versions(*periods: Period, segment: str) -> FigureVersions:
    """The versions of all that an overview of these periods is computed from, but for names and what is parked."""
    return figure_versions(*periods, derivations=[*population_ids(), *(member_ids() if segment else ())])


def _parked_orders(summary: ParkedSummary) -> ParkedOrders:
    reasons = [ParkedReason(one.kind, one.orders, money(one.amount), one.unreadable) for one in summary.kinds]
    return ParkedOrders(summary.orders, money(summary.amount), summary.unreadable, reasons)


def _overview_figures(
    kind: Callable[..., AnyFigures], figures: PeriodFigures, new_customers: int, **others: Any
) -> AnyFigures:
    """The headline, and the customers of the period: new ones ordered for the first time ever in it."""
    customers = len(figures.customers)
    return headline(
        kind,
        figures,
        customers=customers,
        new_customers=new_customers,
        returning_customers=customers - new_customers,
        **others,
    )


def _customers_of(segment: str, versions: FigureVersions, *, now: datetime) -> tuple[Narrow, Callable[[Period], int]]:
    """How to narrow figures to a segment (empty: to everybody), and to count its new customers of a period."""
    if not segment:
        everybody = population(versions.derivations)
        return EVERYTHING, lambda period: everybody.first_orders(start=period.start, end=period.end)
    members = segment_members(segment, now=now, versions=versions.derivations)
    return only_customers(members), lambda period: members.new_between(start=period.start, end=period.end)


def _top_customers(figures: PeriodFigures) -> list[TopCustomer]:
    """The customers with most revenue in the period."""
    customers = figures.customers
    top = [(customers.text(at), customers.sum_at(at)) for at in customers.ranked(TOP)]
    names = customer_names([contact_id for contact_id, _ in top])
    return [
        TopCustomer(contact_id, one.orders, money(one.revenue), names.get(contact_id, "")) for contact_id, one in top
    ]
