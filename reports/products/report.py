"""Products of a period by revenue, each beside the same product in another period."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from packprod.api.answers import Count, JsonObject, Money
from packprod.money import money
from reports.comparison import changes
from reports.figures.amounts import change_of, exact_decimal, percentage_of
from reports.figures.key_sums import KeySums
from reports.figures.periods import Compare, Period
from reports.figures.selectors import FigureVersions, figure_versions, figures_of

Units = Annotated[Decimal, Meta(description="Pieces.")]
ProductRevenue = Annotated[Money, Meta(description="Σ quantity × unitPrice.")]


class TopProduct(JsonObject):
    """A product's figures in the period."""

    product_code: str
    description: Annotated[str, Meta(description="As orders of the period had it last.")]
    units: Units
    revenue: ProductRevenue
    orders: Count


class ProductFigures(JsonObject):
    """A product's figures in the period it is compared with; 0 where it was not sold."""

    units: Units
    revenue: ProductRevenue
    orders: Count


class ProductChange(JsonObject):
    """From the other period to this one, in percent with 1 decimal; null where there was nothing."""

    units: Decimal | None
    revenue: Decimal | None
    orders: Decimal | None


class ReportProduct(TopProduct):
    """A product's figures in the period, and how they changed. Products sold only in the other period are left out."""

    share: Annotated[Decimal | None, Meta(description="Of all products' revenue, in percent, 1 decimal.")]
    previous: ProductFigures
    change: ProductChange


class SoldTotals(Struct):
    """Units and revenue of all products together."""

    units: Decimal
    revenue: Money


class SoldChange(Struct):
    """From the other period to this one, as in ProductChange."""

    units: Decimal | None
    revenue: Decimal | None


@dataclass(frozen=True, slots=True)
class ProductTotals:
    """All products together; `previous` also counts those that were sold only in the other period."""

    products: int
    sold: SoldTotals
    previous: SoldTotals
    change: SoldChange


@dataclass(frozen=True, slots=True)
class ProductsReport:
    """Every product of the period by revenue, and all of them together."""

    products: list[ReportProduct]
    totals: ProductTotals


def products_report(
    *, period: Period, compare: Compare = "previous", versions: FigureVersions | None = None
) -> ProductsReport:
    """Contract section 6, products."""
    before = period.compared(compare)
    versions = versions or figure_versions(period, before)
    sold, earlier = (figures_of(one, "products", versions=versions).products for one in (period, before))
    return ProductsReport(product_rows(sold, earlier), product_totals(sold, earlier))


def product_rows(sold: KeySums, earlier: KeySums) -> list[ReportProduct]:
    """Every product by revenue: its share of all products' revenue in percent, and what it was in an earlier period."""
    position_before = {key: position for position, key in enumerate(earlier.keys.tolist())}
    before = [position_before.get(key) for key in sold.keys.tolist()]
    shares, (now, then) = _shares(sold), (_shown(one) for one in (sold, earlier))
    changes = _changes(sold, earlier, before)
    return [
        ReportProduct(
            sold.text(at),
            sold.description(at),
            *now[at],
            share=shares[at],
            previous=_NOTHING if (other := before[at]) is None else ProductFigures(*then[other]),
            change=changes[at],
        )
        for at in sold.ranked()
    ]


_NOTHING = ProductFigures(Decimal(0), money(Decimal(0)), 0)


def _shown(sums: KeySums) -> list[tuple[Decimal, Decimal, int]]:
    """Units, revenue and orders of each product."""
    revenue = (exact_decimal(cents, 2) for cents in sums.revenue.cents())
    return list(zip(sums.units.as_decimals(), revenue, sums.orders.tolist(), strict=True))


def _shares(sums: KeySums) -> list[Decimal | None]:
    revenue = sums.revenue.numbers.tolist()
    whole = sum(revenue)
    return [percentage_of(one, whole) for one in revenue]


def _changes(sold: KeySums, earlier: KeySums, before: Sequence[int | None]) -> list[ProductChange]:
    """The change of each product from what it was at the position in `earlier`, None where it was not sold."""
    places = max(sold.units.places, earlier.units.places)
    figures = [
        (sums.units.with_places(places).tolist(), sums.revenue.cents(), sums.orders.tolist())
        for sums in (sold, earlier)
    ]
    columns = (
        [None if other is None else change_of(one, then[other]) for one, other in zip(now, before, strict=True)]
        for now, then in zip(*figures, strict=True)
    )
    return list(map(ProductChange, *columns))


def product_totals(sold: KeySums, earlier: KeySums) -> ProductTotals:
    """The sums of all products together."""
    now, before = _sold(sold), _sold(earlier)
    return ProductTotals(len(sold), now, before, changes(SoldChange, now, before))


def _sold(sums: KeySums) -> SoldTotals:
    return SoldTotals(sums.units.total(), money(sums.revenue.total()))


def top_products(sums: KeySums, *, most: int) -> list[TopProduct]:
    """The products with most revenue."""
    top = ((sums.text(at), sums.sum_at(at)) for at in sums.ranked(most))
    return [TopProduct(code, one.description, one.units, money(one.revenue), one.orders) for code, one in top]
