"""Cohorts: customers by the month of their first counted order, and who came back in each month since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from customers.cohorts.read_model import Cell, Cohort
from customers.cohorts.selectors import cohorts_between
from packprod.dates import business_date
from packprod.money import money, percentage
from packprod.months import Months, month_of

DEFAULT_MONTHS = 12


LONGEST_MONTHS = 120


def months_json(months: Months) -> dict[str, str]:
    """The period as the API shows it."""
    return {"from": months.first, "to": months.last, "timeZone": settings.PACKPROD_TIME_ZONE}


def cohort_json(month: str, cohort: Cohort, *, this_month: str) -> dict[str, Any]:
    """A cohort with every month from its own to the present one; later ones only where orders are dated ahead."""
    last = max(this_month, month, *cohort.months)
    cells = [_cell(one, cohort.months.get(one, Cell()), cohort.customers) for one in Months(month, last)]
    return {"month": month, "customers": cohort.customers, "months": cells if cohort.customers else []}


def _cell(month: str, cell: Cell, customers: int) -> dict[str, Any]:
    return {
        "month": month,
        "customers": cell.customers,
        "orders": cell.orders,
        "revenue": money(cell.revenue),
        "retention": percentage(cell.customers, customers),
    }


def cohort_rows(found: Mapping[str, Cohort], months: Months, *, this_month: str) -> list[dict[str, Any]]:
    """A cohort for every month, also for one without new customers."""
    return [cohort_json(month, found.get(month, Cohort()), this_month=this_month) for month in months]


def cohorts_report(*, months: Months, now: datetime) -> dict[str, Any]:
    """The customers of each month of a first counted order, and in each month since: customers who ordered, their
    orders and revenue, and what percentage of the cohort they are (`retention`)."""
    found = dict(cohorts_between(months.first, months.last))
    this_month = month_of(business_date(now))
    return {"period": months_json(months), "cohorts": cohort_rows(found, months, this_month=this_month)}
