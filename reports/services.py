"""The four reports: reads the figures of a period and of the one it is compared with."""

from datetime import datetime
from typing import Any, Literal

from customers.population import POPULATION_SUBJECT, first_orders, segments_on
from customers.selectors import customer_names
from packprod.dates import business_date
from packprod.readmodels.totals import read_totals
from reports.overview import (
    changes,
    headline,
    overview_figures,
    product_rows,
    series,
    top_customers,
    top_products,
)
from reports.periods import Period
from reports.read_models import ORDERS
from reports.selectors import figures_by, figures_of
from reports.statistics import statistics

Compare = Literal["previous", "year"]


def _compared(period: Period, compare: Compare) -> Period:
    return period.year_before() if compare == "year" else period.before()


def segments_now(*, now: datetime) -> dict[str, int]:
    """How many customers are in each segment now."""
    return segments_on(read_totals(POPULATION_SUBJECT).get("changes", {}), today=business_date(now))


def overview_report(*, period: Period, compare: Compare, now: datetime) -> dict[str, Any]:
    """Contract section 6, overview."""
    population = read_totals(POPULATION_SUBJECT)
    figures, before = figures_of(period), _compared(period, compare)
    data = overview_figures(figures, new_customers=_new(population, period))
    previous = overview_figures(figures_of(before), new_customers=_new(population, before))
    customers = top_customers(figures)
    names = customer_names([row["contactID"] for row in customers])
    return {
        "period": period.as_json(),
        **data,
        "segments": segments_on(population.get("changes", {}), today=business_date(now)),
        "topProducts": top_products(figures),
        "topCustomers": [{**row, "name": names.get(row["contactID"], "")} for row in customers],
        "previous": {"period": before.as_json(), **previous},
        "change": changes(data, previous),
    }


def _new(population: dict[str, Any], period: Period) -> int:
    return first_orders(population.get("first", {}), start=period.start, end=period.end)


def products_report(*, period: Period) -> list[dict[str, Any]]:
    """Contract section 6, products: every product of the period by revenue."""
    return product_rows(figures_of(period))


def sales_report(*, period: Period, granularity: str, compare: Compare) -> dict[str, Any]:
    """Contract section 6, sales: a series without gaps, its totals, and the totals before."""
    before = _compared(period, compare)
    totals, previous = headline(figures_of(period)), headline(figures_of(before))
    return {
        "period": period.as_json(),
        "granularity": granularity,
        "series": series(figures_by(period, granularity), period, granularity),
        "totals": totals,
        "previous": {"period": before.as_json(), **previous},
        "change": changes(totals, previous),
    }


def statistics_report(*, now: datetime) -> dict[str, Any]:
    """Contract section 6, statistics: all time."""
    return statistics(read_totals(ORDERS), segments=segments_now(now=now))
