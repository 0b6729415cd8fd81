"""Cohorts: customers by the month of their first counted order, and who came back in each month since."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.conf import settings
from msgspec import Meta, field

from customers.cohorts.read_model import Cell, Cohort
from customers.cohorts.selectors import cohorts_between
from packprod.api.answers import Count, JsonObject, Money
from packprod.dates import business_date
from packprod.money import money, tenths
from packprod.months import Months, month_of

DEFAULT_MONTHS = 12
LONGEST_MONTHS = 120


class MonthPeriod(JsonObject):
    """Months, the last one inclusive."""

    from_: Annotated[str, Meta(description="A month: 2025-10.")] = field(name="from")
    to: str
    time_zone: str


class CohortMonth(JsonObject):
    """What the customers of a cohort did in one month."""

    month: Annotated[str, Meta(description="2025-10")]
    customers: Annotated[Count, Meta(description="Those who ordered in this month.")]
    orders: Count
    revenue: Money
    retention: Annotated[Decimal, Meta(description="`customers` of the cohort's customers, in percent, 1 decimal.")]


class CohortJson(JsonObject):
    """The customers whose first counted order lies in a month."""

    month: str
    customers: Count
    months: Annotated[
        list[CohortMonth],
        Meta(description="From its own month to the present one, no gap left out; empty without customers."),
    ]


class CohortsReport(JsonObject):
    """The cohorts of some months."""

    period: MonthPeriod
    cohorts: Annotated[list[CohortJson], Meta(description="A cohort for every month of the period, oldest first.")]


def cohorts_report(*, months: Months, now: datetime) -> CohortsReport:
    """The cohorts of these months, also those without new customers. Raises EngineUnavailable."""
    found = dict(cohorts_between(months.first, months.last))
    this_month = month_of(business_date(now))
    return CohortsReport(
        period=MonthPeriod(months.first, months.last, settings.PACKPROD_TIME_ZONE),
        cohorts=[_cohort(month, found.get(month, Cohort()), this_month=this_month) for month in months],
    )


def _cohort(month: str, cohort: Cohort, *, this_month: str) -> CohortJson:
    """With every month from its own to the present one; later ones only where orders are dated ahead."""
    if not cohort.customers:
        return CohortJson(month, 0, [])
    months = Months(month, max(this_month, month, *cohort.months))
    cells = [_month(one, cohort.months.get(one, Cell()), cohort.customers) for one in months]
    return CohortJson(month, cohort.customers, cells)


def _month(month: str, cell: Cell, customers: int) -> CohortMonth:
    """One month of a cohort of so many customers."""
    return CohortMonth(
        month=month,
        customers=cell.customers,
        orders=cell.orders,
        revenue=money(cell.revenue),
        retention=tenths(Decimal(cell.customers) * 100 / customers),
    )
