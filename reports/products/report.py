"""Products of a period by revenue, each beside the same product in another period."""

from decimal import Decimal
from typing import Any

from packprod.money import money, percentage
from reports.figures.comparison import beside
from reports.figures.figures import Figures
from reports.figures.periods import Compare, Period
from reports.figures.selectors import figures_of
from reports.figures.sums import Sum


def product_rows(figures: Figures, earlier: Figures) -> list[dict[str, Any]]:
    """Every product by revenue: its share of all products' revenue in percent, and what it was in an earlier period."""
    whole = sum((one.revenue for one in figures.products.values()), Decimal(0))
    return [
        {
            **product_figures(code, one),
            "share": percentage(one.revenue, whole),
            **beside(sold(one), sold(earlier.products.get(code, Sum()))),
        }
        for code, one in sorted(figures.products.items(), key=by_revenue)
    ]


def product_totals(figures: Figures, earlier: Figures) -> dict[str, Any]:
    """Units and revenue of all products together, also of those that only the earlier period has."""
    now, before = (_all_sold(one) for one in (figures, earlier))
    return {"products": len(figures.products), **now, **beside(now, before)}


def by_revenue(pair: tuple[str, Sum]) -> tuple[Decimal, str]:
    return -pair[1].revenue, pair[0]


def product_figures(code: str, one: Sum) -> dict[str, Any]:
    return {"productCode": code, "description": one.description, **sold(one)}


def sold(one: Sum) -> dict[str, Any]:
    return {"units": one.units, "revenue": money(one.revenue), "orders": one.orders}


def _all_sold(figures: Figures) -> dict[str, Any]:
    sums = figures.products.values()
    revenue = sum((one.revenue for one in sums), Decimal(0))
    return {"units": sum((one.units for one in sums), Decimal(0)), "revenue": money(revenue)}


def products_report(*, period: Period, compare: Compare = "previous") -> dict[str, Any]:
    """`products`: contract section 6, every product of the period by revenue, each with `previous` and `change`.
    `totals` of all products."""
    figures, earlier = (figures_of(one, ("products",)) for one in (period, period.compared(compare)))
    return {"products": product_rows(figures, earlier), "totals": product_totals(figures, earlier)}
