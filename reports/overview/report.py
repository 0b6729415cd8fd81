"""The overview: the headline figures of a period beside those of another, segments, top products and customers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final, TypeVar

from django.conf import settings
from msgspec import UNSET, Meta, UnsetType, structs

from customers.population.read_model import ALL
from customers.population.selectors import (
    Members,
    Population,
    population,
    segment_members,
)
from customers.selectors import customer_names
from packprod.api.answers import Count, JsonObject, Money
from packprod.dates import business_date
from packprod.money import money
from packprod.readmodels.held import HELD
from packprod.readmodels.parked import ParkedSummary, parked_summary
from reports.comparison import (
    Headline,
    HeadlineChange,
    PeriodJson,
    SalesBucket,
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
from reports.figures.sums import Sum
from reports.products.report import TopProduct, top_products

TOP = 5
_TOP_BYTES: Final = 2_000


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
    *, period: Period, compare: Compare, now: datetime, segment: str = "", names_customers: bool = True
) -> OverviewReport:
    """Contract section 6, overview. With a segment: of the customers who are in it now, and without `top_products`,
    as nothing is kept by product and customer; `segments` stays that of all customers. Without `names_customers` it has
    no `top_customers`."""
    return OverviewReading(period, compare, now, segment, names_customers).report()


@dataclass(frozen=True)
class OverviewReading:
    """One reading of what an overview is made of: with the versions that were found first, as much as is needed.

    `series` of both periods are only there with a granularity.
    """

    period: Period
    compare: Compare
    now: datetime
    segment: str = ""
    names_customers: bool = True
    granularity: str | None = None

    def report(self) -> OverviewReport:
        """The overview."""
        figures, earlier = self._figures[0], self._earlier[0]
        current = _overview_figures(OverviewFigures, figures, self._new_customers(self.period))
        previous = _overview_figures(
            EarlierOverview, earlier, self._new_customers(self._before), period=period_json(self._before)
        )
        return OverviewReport(
            period=period_json(self.period),
            **structs.asdict(current),
            segments=segment_counts(self._population.segments_on(business_date(self.now))),
            top_products=UNSET if self.segment else top_products(figures.products, most=TOP),
            top_customers=self._top_customers if self.names_customers else UNSET,
            previous=previous,
            change=changes(OverviewChange, current, previous),
            parked=_parked_orders(self._parked),
        )

    def trend(self) -> Trend:
        """The series of both periods side by side; without a granularity it is empty."""
        if self.granularity is None:
            return []
        series, earlier = self._figures[1], self._earlier[1]
        return trend(series, earlier, period=self.period, compare=self.compare, granularity=self.granularity)

    @property
    def depends_on(self) -> tuple[object, ...]:
        """What the report follows from."""
        names = self._top_customers if self.names_customers else None
        return (
            *self._figures_depend_on,
            self._versions.population.get(ALL),
            business_date(self.now),
            self._parked,
            names,
        )

    @cached_property
    def _figures_depend_on(self) -> tuple[object, ...]:
        versions = [self._versions.of(one) for one in (self.period, self._before)]
        return self.period, self.compare, versions, self._narrow.name

    @cached_property
    def _before(self) -> Period:
        return self.period.compared(self.compare)

    @cached_property
    def _versions(self) -> FigureVersions:
        return figure_versions(self.period, self._before, population=True)

    @cached_property
    def _population(self) -> Population:
        return population(self._versions.population)

    @cached_property
    def _members(self) -> Members | None:
        """The customers of the segment; None where it is everybody."""
        if not self.segment:
            return None
        return segment_members(self.segment, now=self.now, versions=self._versions.population)

    @cached_property
    def _narrow(self) -> Narrow:
        return only_customers(self._members) if self._members else EVERYTHING

    def _new_customers(self, period: Period) -> int:
        """How many ordered for the first time ever in a period."""
        if self._members:
            return self._members.new_between(start=period.start, end=period.end)
        return self._population.first_orders(start=period.start, end=period.end)

    @cached_property
    def _figures(self) -> tuple[PeriodFigures, list[SalesBucket]]:
        tops: tuple[Part, ...] = () if self.segment else ("products", "customers")
        return figures_and_series(self.period, self.granularity, self._narrow, *tops, versions=self._versions)

    @cached_property
    def _earlier(self) -> tuple[PeriodFigures, list[SalesBucket]]:
        tops: tuple[Part, ...] = () if self.segment else ("customers",)
        return figures_and_series(self._before, self.granularity, self._narrow, *tops, versions=self._versions)

    @cached_property
    def _parked(self) -> ParkedSummary:
        return parked_summary()

    @cached_property
    def _top_customers(self) -> list[TopCustomer]:
        """The customers with most revenue in the period, under the names that they have now."""
        key = (settings.PACKPROD_CLIENT_ID, "top customers", self.period, self.segment)
        version = repr(self._figures_depend_on)
        top: list[tuple[str, Sum]] | None = HELD.get(key, version)
        if top is None:
            customers = self._figures[0].customers
            top = [(customers.text(at), customers.sum_at(at)) for at in customers.ranked(TOP)]
            HELD.put(key, version, top, size=len(version) + _TOP_BYTES)
        names = customer_names([contact_id for contact_id, _ in top])
        return [TopCustomer(one, sums.orders, money(sums.revenue), names.get(one, "")) for one, sums in top]


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
