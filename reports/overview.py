"""The reports, worked out from figures: pure functions from figures to the contract's `data`."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from packprod.money import average, change, money, percentage
from reports.figures import Figures
from reports.periods import Period, bucket_starts
from reports.sums import Sum

TOP = 5


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


def overview_figures(figures: Figures, *, new_customers: int) -> dict[str, Any]:
    """The headline, and the customers of the period: new ones ordered for the first time ever in it."""
    customers = len(figures.customers)
    return headline(figures) | {
        "customers": customers,
        "newCustomers": new_customers,
        "returningCustomers": customers - new_customers,
    }


def product_rows(figures: Figures, earlier: Figures) -> list[dict[str, Any]]:
    """Every product by revenue: its share of all products' revenue in percent, and what it was in an earlier period."""
    whole = sum((one.revenue for one in figures.products.values()), Decimal(0))
    return [
        {
            **_product(code, one),
            "share": percentage(one.revenue, whole),
            **beside(_sold(one), _sold(earlier.products.get(code, Sum()))),
        }
        for code, one in sorted(figures.products.items(), key=_by_revenue)
    ]


def product_totals(figures: Figures, earlier: Figures) -> dict[str, Any]:
    """Units and revenue of all products together, also of those that only the earlier period has."""
    now, before = (_all_sold(one) for one in (figures, earlier))
    return {"products": len(figures.products), **now, **beside(now, before)}


def beside(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The same figures of an earlier period, and their change."""
    return {"previous": dict(before), "change": changes(now, before)}


def top_products(figures: Figures) -> list[dict[str, Any]]:
    """The products with most revenue."""
    return [_product(code, one) for code, one in sorted(figures.products.items(), key=_by_revenue)[:TOP]]


def top_customers(figures: Figures) -> list[dict[str, Any]]:
    """The customers with most revenue in the period; their names are the caller's to add."""
    return [
        {"contactID": contact_id, "orders": one.orders, "revenue": money(one.revenue)}
        for contact_id, one in sorted(figures.customers.items(), key=_by_revenue)[:TOP]
    ]


def _by_revenue(pair: tuple[str, Sum]) -> tuple[Decimal, str]:
    return -pair[1].revenue, pair[0]


def _product(code: str, one: Sum) -> dict[str, Any]:
    return {"productCode": code, "description": one.description, **_sold(one)}


def _sold(one: Sum) -> dict[str, Any]:
    return {"units": one.units, "revenue": money(one.revenue), "orders": one.orders}


def _all_sold(figures: Figures) -> dict[str, Any]:
    sums = figures.products.values()
    revenue = sum((one.revenue for one in sums), Decimal(0))
    return {"units": sum((one.units for one in sums), Decimal(0)), "revenue": money(revenue)}


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
