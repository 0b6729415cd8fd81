"""Products of a period by revenue, each beside the same product in another period."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from packprod.api.answers import Count, JsonObject, Money
from packprod.money import money, percentage
from reports.comparison import changes
from reports.figures.figures import Figures
from reports.figures.periods import Compare, Period
from reports.figures.selectors import figures_of
from reports.figures.sums import Sum

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


def products_report(*, period: Period, compare: Compare = "previous") -> ProductsReport:
    """Contract section 6, products."""
    figures, earlier = (figures_of(one, ("products",)) for one in (period, period.compared(compare)))
    return ProductsReport(product_rows(figures, earlier), product_totals(figures, earlier))


def product_rows(figures: Figures, earlier: Figures) -> list[ReportProduct]:
    """Every product by revenue: its share of all products' revenue in percent, and what it was in an earlier period."""
    whole = sum((one.revenue for one in figures.products.values()), Decimal(0))
    return [
        _product_row(code, one, earlier.products.get(code, Sum()), whole)
        for code, one in sorted(figures.products.items(), key=by_revenue)
    ]


def _product_row(code: str, one: Sum, earlier: Sum, whole: Decimal) -> ReportProduct:
    now, before = _figures(one), _figures(earlier)
    return ReportProduct(
        product_code=code,
        description=one.description,
        units=now.units,
        revenue=now.revenue,
        orders=now.orders,
        share=percentage(one.revenue, whole),
        previous=before,
        change=changes(ProductChange, now, before),
    )


def _figures(one: Sum) -> ProductFigures:
    return ProductFigures(one.units, money(one.revenue), one.orders)


def product_totals(figures: Figures, earlier: Figures) -> ProductTotals:
    """The sums of all products together."""
    now, before = _sold(figures), _sold(earlier)
    return ProductTotals(len(figures.products), now, before, changes(SoldChange, now, before))


def _sold(figures: Figures) -> SoldTotals:
    sums = figures.products.values()
    units = sum((one.units for one in sums), Decimal(0))
    return SoldTotals(units, money(sum((one.revenue for one in sums), Decimal(0))))


def by_revenue(pair: tuple[str, Sum]) -> tuple[Decimal, str]:
    """A sort key: most revenue first, then by key."""
    return -pair[1].revenue, pair[0]


def top_products(figures: Figures, *, most: int) -> list[TopProduct]:
    """The products with most revenue."""
    top = sorted(figures.products.items(), key=by_revenue)[:most]
    return [TopProduct(code, one.description, one.units, money(one.revenue), one.orders) for code, one in top]
