"""Products of a period by revenue, each beside the same product in another period."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from packprod.api.answers import Count, JsonObject, Money
from packprod.money import money
from reports.comparison import changes
from reports.figures.amounts import changes_from, in_decimals, percentages
from reports.figures.key_sums import DESCRIPTIONS, KeySums
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
    places, before = earlier.positions_of(sold), [*map(ProductFigures, *_shown(earlier)), _NOTHING]
    rows = list(
        map(
            ReportProduct,
            sold.texts,
            map(DESCRIPTIONS.text, sold.descriptions.tolist()),
            *_shown(sold),
            _shares(sold),
            map(before.__getitem__, places.tolist()),
            _changes(sold, earlier, places),
        )
    )
    return [rows[position] for position in sold.ranked()]


_NOTHING = ProductFigures(Decimal(0), money(Decimal(0)), 0)


def _shown(sums: KeySums) -> tuple[list[Decimal], list[Decimal], list[int]]:
    """Units, revenue and orders of each product."""
    return sums.units.as_decimals(), in_decimals(sums.revenue.cents().tolist(), 2), sums.orders.tolist()


def _shares(sums: KeySums) -> list[Decimal | None]:
    revenue = sums.revenue.numbers
    whole = sum(revenue.tolist())
    return percentages(revenue, np.full(len(revenue), whole, np.int64 if abs(whole) < 2**63 else object))


def _changes(sold: KeySums, earlier: KeySums, places: NDArray[np.int64]) -> Iterator[ProductChange]:
    """The change of each product from what it was at its place in `earlier`, the last of which is for nothing."""
    decimals = max(sold.units.places, earlier.units.places)
    figures = ((sums.units.with_places(decimals), sums.revenue.cents(), sums.orders) for sums in (earlier, sold))
    pairs = zip(*figures, strict=True)
    return map(ProductChange, *(changes_from(np.append(before, 0)[places], now) for before, now in pairs))


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
