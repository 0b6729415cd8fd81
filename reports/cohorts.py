"""The report of cohorts: periods of months, and what the API shows of each cohort."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from customers.cohorts import Cell, Cohort
from orders.presentation import money
from reports.overview import percent

DEFAULT_MONTHS = 12
LONGEST_MONTHS = 120
_LENGTH = len("2025-10")


@dataclass(frozen=True, slots=True)
class Months:
    """Months from `first` to `last`, both inclusive, as text: 2025-10."""

    first: str
    last: str

    def __iter__(self) -> Iterator[str]:
        for number in range(_number(self.first), _number(self.last) + 1):
            yield _month(number)

    def as_json(self) -> dict[str, str]:
        """As the API shows it."""
        return {"from": self.first, "to": self.last, "timeZone": settings.PACKPROD_TIME_ZONE}


def month_of(day: date) -> str:
    """2025-10 for any day of that month."""
    return day.isoformat()[:_LENGTH]


def last_months(count: int, *, until: str) -> Months:
    """So many months up to one, that one included."""
    return Months(_month(_number(until) - count + 1), until)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


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
        "retention": percent(cell.customers, customers),
    }


def cohort_rows(found: Mapping[str, Cohort], months: Months, *, this_month: str) -> list[dict[str, Any]]:
    """A cohort for every month, also for one without new customers."""
    return [cohort_json(month, found.get(month, Cohort()), this_month=this_month) for month in months]
