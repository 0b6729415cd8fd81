"""The overview: the headline figures of a period beside those of another, segments, top products and customers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from customers.population.read_model import POPULATION_SUBJECT
from customers.population.selectors import first_orders, segment_members, segments_on
from customers.selectors import customer_names
from packprod.dates import business_date
from packprod.money import money
from packprod.readmodels.totals import read_totals
from reports.figures.comparison import changes, headline
from reports.figures.figures import Figures
from reports.figures.narrowing import EVERYTHING, Narrow, figures_and_series, new_among, only_customers
from reports.figures.periods import Compare, Period
from reports.figures.selectors import Columns
from reports.products.report import by_revenue, product_figures

TOP = 5


def overview_figures(figures: Figures, *, new_customers: int) -> dict[str, Any]:
    """The headline, and the customers of the period: new ones ordered for the first time ever in it."""
    customers = len(figures.customers)
    return headline(figures) | {
        "customers": customers,
        "newCustomers": new_customers,
        "returningCustomers": customers - new_customers,
    }


def top_products(figures: Figures) -> list[dict[str, Any]]:
    """The products with most revenue."""
    return [product_figures(code, one) for code, one in sorted(figures.products.items(), key=by_revenue)[:TOP]]


def top_customers(figures: Figures) -> list[dict[str, Any]]:
    """The customers with most revenue in the period; their names are the caller's to add."""
    return [
        {"contactID": contact_id, "orders": one.orders, "revenue": money(one.revenue)}
        for contact_id, one in sorted(figures.customers.items(), key=by_revenue)[:TOP]
    ]


def overview_report(
    *, period: Period, compare: Compare, now: datetime, segment: str = "", granularity: str | None = None
) -> dict[str, Any]:
    """Contract section 6, overview. With a segment: of the customers who are in it now, and without `topProducts`,
    as nothing is kept by product and customer; `segments` stays that of all customers. With a granularity both
    periods have their `series` too."""
    population = read_totals(POPULATION_SUBJECT)
    narrow, new = _customers_of(segment, population, now=now)
    before = period.compared(compare)
    tops: Columns = () if segment else ("products", "customers")
    figures, trend = figures_and_series(period, granularity, narrow, tops)
    earlier, earlier_trend = figures_and_series(before, granularity, narrow, tops[1:])
    data = overview_figures(figures, new_customers=new(period))
    previous = overview_figures(earlier, new_customers=new(before))
    return {
        "period": period.as_json(),
        **data,
        "segments": segments_on(population, today=business_date(now)),
        **({} if segment else {"topProducts": top_products(figures)}),
        "topCustomers": _named(top_customers(figures)),
        **trend,
        "previous": {"period": before.as_json(), **previous, **earlier_trend},
        "change": changes(data, previous),
    }


def _customers_of(segment: str, population: dict[str, Any], *, now: datetime) -> tuple[Narrow, Callable[[Period], int]]:
    """How to narrow figures to a segment (empty: to everybody), and to count its new customers of a period."""
    if not segment:
        return EVERYTHING, lambda period: first_orders(population, start=period.start, end=period.end)
    members = segment_members(segment, now=now)
    return only_customers(members.keys()), lambda period: new_among(members, start=period.start, end=period.end)


def _named(customers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = customer_names([row["contactID"] for row in customers])
    return [{**row, "name": names.get(row["contactID"], "")} for row in customers]
