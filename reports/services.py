"""The reports: reads the figures of a period and of the one it is compared with.

Other ways to show a report (pages, exports) call these: overview_report, products_report, sales_report,
statistics_report, cohorts_report. Who is overdue to reorder is a list: customers.reorders.selectors.overdue_list.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from customers.cohorts import cohorts_between
from customers.members import segment_members
from customers.population import POPULATION_SUBJECT, first_orders, segments_now, segments_on
from customers.selectors import customer_names
from orders.products.selectors import product_code_in_any_case
from packprod.dates import business_date
from packprod.months import Months, month_of
from packprod.readmodels.totals import read_totals
from reports.cohorts import cohort_rows, months_json
from reports.figures import Figures, merged
from reports.narrowing import EVERYTHING, Narrow, new_among, only_customers, only_product
from reports.overview import (
    changes,
    headline,
    overview_figures,
    product_rows,
    product_totals,
    series,
    top_customers,
    top_products,
)
from reports.periods import Compare, Period
from reports.read_models import ORDERS
from reports.selectors import STATISTICS, Columns, figures_by, figures_of
from reports.statistics import counts, statistics, statistics_changes


def _figures(
    period: Period, granularity: str | None, narrow: Narrow, columns: Columns = ()
) -> tuple[Figures, dict[str, Any]]:
    """The figures of the period with these columns and, where a granularity is named, their series, from the same
    rows."""
    wanted: Columns = (*narrow.columns, *columns)
    if granularity is None:
        return narrow.narrowed(figures_of(period, wanted)), {}
    found = {start: narrow.narrowed(one) for start, one in figures_by(period, granularity, wanted).items()}
    return merged(found[start] for start in sorted(found)), {"series": series(found, period, granularity)}


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
    figures, trend = _figures(period, granularity, narrow, tops)
    earlier, earlier_trend = _figures(before, granularity, narrow, tops[1:])
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


def products_report(*, period: Period, compare: Compare = "previous") -> dict[str, Any]:
    """`products`: contract section 6, every product of the period by revenue, each with `previous` and `change`.
    `totals` of all products."""
    figures, earlier = (figures_of(one, ("products",)) for one in (period, period.compared(compare)))
    return {"products": product_rows(figures, earlier), "totals": product_totals(figures, earlier)}


def sales_report(
    *,
    period: Period,
    granularity: str,
    compare: Compare,
    narrow: Narrow = EVERYTHING,
    previous_series: bool = False,
) -> dict[str, Any]:
    """Contract section 6, sales: a series without gaps, its totals, and the totals (on demand the series) before.

    `narrow`: one product or a segment, see `narrowing`.
    """
    before = period.compared(compare)
    figures, trend = _figures(period, granularity, narrow)
    earlier, earlier_trend = _figures(before, granularity if previous_series else None, narrow)
    totals, previous = headline(figures), headline(earlier)
    return {
        "period": period.as_json(),
        "granularity": granularity,
        **trend,
        "totals": totals,
        "previous": {"period": before.as_json(), **previous, **earlier_trend},
        "change": changes(totals, previous),
    }


def narrowing(*, product: str = "", segment: str = "", now: datetime) -> Narrow:
    """What `sales_report` is to be narrowed to: one product (its code in any case), or who is in a segment now."""
    if product:
        return only_product(product_code_in_any_case(product))
    return only_customers(segment_members(segment, now=now).keys()) if segment else EVERYTHING


def cohorts_report(*, months: Months, now: datetime) -> dict[str, Any]:
    """The customers of each month of a first counted order, and in each month since: customers who ordered, their
    orders and revenue, and what percentage of the cohort they are (`retention`)."""
    found = dict(cohorts_between(months.first, months.last))
    this_month = month_of(business_date(now))
    return {"period": months_json(months), "cohorts": cohort_rows(found, months, this_month=this_month)}


def statistics_report(*, now: datetime, period: Period | None = None, compare: Compare = "previous") -> dict[str, Any]:
    """Contract section 6, statistics: all time, of which `period`, `previous` and `change` are None; or of a period.
    `segments` are those of now."""
    segments = segments_now(now=now)
    if period is None:
        return {
            "period": None,
            **statistics(read_totals(ORDERS)),
            "segments": segments,
            "previous": None,
            "change": None,
        }
    before = period.compared(compare)
    data, previous = (statistics(counts(figures_of(one, STATISTICS))) for one in (period, before))
    return {
        "period": period.as_json(),
        **data,
        "segments": segments,
        "previous": {"period": before.as_json(), **previous},
        "change": statistics_changes(data, previous),
    }
