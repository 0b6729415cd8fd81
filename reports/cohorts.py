"""The report of cohorts: what the API shows of each cohort."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from customers.cohorts import Cell, Cohort
from packprod.money import money, percentage
from packprod.months import Months

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
