"""The four reports: reads the figures of a period and of the one it is compared with."""

from datetime import datetime
from typing import Any, Literal

from customers.population import POPULATION_SUBJECT, first_orders, segments_on
from customers.selectors import customer_names
from packprod.dates import business_date
from packprod.readmodels.totals import read_totals
from reports.figures import Figures, merged
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


def _figures(period: Period, granularity: str | None) -> tuple[Figures, dict[str, Any]]:
    """The figures of the period and, where a granularity is named, their series from the same rows."""
    if granularity is None:
        return figures_of(period), {}
    found = figures_by(period, granularity)
    return merged(found[start] for start in sorted(found)), {"series": series(found, period, granularity)}


def overview_report(
    *, period: Period, compare: Compare, now: datetime, granularity: str | None = None
) -> dict[str, Any]:
    """Contract section 6, overview. With a granularity both periods have their `series` too."""
    population = read_totals(POPULATION_SUBJECT)
    before = _compared(period, compare)
    (figures, trend), (earlier, earlier_trend) = _figures(period, granularity), _figures(before, granularity)
    data = overview_figures(figures, new_customers=_new(population, period))
    previous = overview_figures(earlier, new_customers=_new(population, before))
    customers = top_customers(figures)
    names = customer_names([row["contactID"] for row in customers])
    return {
        "period": period.as_json(),
        **data,
        "segments": segments_on(population.get("changes", {}), today=business_date(now)),
        "topProducts": top_products(figures),
        "topCustomers": [{**row, "name": names.get(row["contactID"], "")} for row in customers],
        **trend,
        "previous": {"period": before.as_json(), **previous, **earlier_trend},
        "change": changes(data, previous),
    }


def _new(population: dict[str, Any], period: Period) -> int:
    return first_orders(population.get("first", {}), start=period.start, end=period.end)


def products_report(*, period: Period) -> list[dict[str, Any]]:
    """Contract section 6, products: every product of the period by revenue."""
    return product_rows(figures_of(period))


def sales_report(
    *, period: Period, granularity: str, compare: Compare, previous_series: bool = False
) -> dict[str, Any]:
    """Contract section 6, sales: a series without gaps, its totals, and the totals (on demand the series) before."""
    before = _compared(period, compare)
    figures, trend = _figures(period, granularity)
    earlier, earlier_trend = _figures(before, granularity if previous_series else None)
    totals, previous = headline(figures), headline(earlier)
    return {
        "period": period.as_json(),
        "granularity": granularity,
        **trend,
        "totals": totals,
        "previous": {"period": before.as_json(), **previous, **earlier_trend},
        "change": changes(totals, previous),
    }


def statistics_report(*, now: datetime) -> dict[str, Any]:
    """Contract section 6, statistics: all time."""
    return statistics(read_totals(ORDERS), segments=segments_now(now=now))
