"""`GET /api/reports/cohorts`."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.operations import operation
from packprod.api.parameters import FORMAT, QueryParameter, refuse_parameter, requested_format
from packprod.dates import business_date, utc_now
from packprod.months import Months, first_day, last_months, month_of
from packprod.observability.timing import timed
from packprod.rights import COHORTS
from reports.api import report_answers, report_ok
from reports.cohorts.export import cohorts_report_export
from reports.cohorts.report import (
    DEFAULT_MONTHS,
    LONGEST_MONTHS,
    CohortJson,
    CohortMonth,
    CohortsReport,
    MonthPeriod,
    cohorts_report,
)

_PATTERN = "^[0-9]{4}-[0-9]{2}$"


class _Month(QueryParameter[str]):
    """A month such as 2025-10, empty where not given."""

    def read(self, text: str | None) -> str:
        if text and not (re.search(_PATTERN, text) and _is_month(text)):
            message = f"{self.name} must be a month from 1900-01 to 2200-01, such as 2025-10."
            refuse_parameter(self.name, "invalid", message)
        return text or ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": _PATTERN}


def _is_month(text: str) -> bool:
    try:
        return date(1900, 1, 1) <= first_day(text) <= date(2200, 1, 1)
    except ValueError:
        return False


FIRST_MONTH = _Month(
    "from",
    f"The first month; {DEFAULT_MONTHS} months up to the last, where it is not given. At most {LONGEST_MONTHS} months"
    " at once; ask for a longer span in several parts.",
)
LAST_MONTH = _Month("to", "The last month; this one, where it is not given.")
MONTHS = (FIRST_MONTH, LAST_MONTH)


def months_of(request: Request, *, now: datetime) -> Months:
    """The months of `from` and `to`, by default the last 12. Raises InvalidInput naming the parameter."""
    last = LAST_MONTH.of(request) or month_of(business_date(now))
    first = FIRST_MONTH.of(request) or last_months(DEFAULT_MONTHS, until=last).first
    if first > last:
        refuse_parameter("to", "before_from", "to must not lie before from.")
    earliest = last_months(LONGEST_MONTHS, until=last).first
    if first < earliest:
        message = (
            f"{first} to {last} is more than {LONGEST_MONTHS} months. Ask for at most {LONGEST_MONTHS} at once: "
            f"from={earliest} with this last month, then the months before."
        )
        refuse_parameter("from", "out_of_range", message)
    return Months(first, last)


_EXAMPLE = CohortsReport(
    period=MonthPeriod("2025-09", "2025-10", "Australia/Sydney"),
    cohorts=[
        CohortJson(
            "2025-09",
            3,
            [
                CohortMonth("2025-09", 3, 4, Decimal("422.00"), Decimal("100.0")),
                CohortMonth("2025-10", 2, 2, Decimal("211.00"), Decimal("66.7")),
            ],
        ),
        CohortJson("2025-10", 0, []),
    ],
)


class CohortsView(APIView):
    """`GET /api/reports/cohorts`"""

    required_scope = "api:read"
    required_permission = COHORTS.view
    export_permission = COHORTS.export

    @operation(
        "getCohortsReport",
        "Retrieve cohorts by month",
        tag="Reports",
        query=(*MONTHS, FORMAT),
        answers=report_answers(CohortsReport, example=_EXAMPLE),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Customers by the month of their first order, and what they ordered in each month since."""
        now, file_format = utc_now(), requested_format(request)
        with timed("reportCohorts") as reading:
            report = cohorts_report(months=months_of(request, now=now), now=now)
            reading.hit(items=len(report.cohorts))
        if file_format:
            return cohorts_report_export(report, format=file_format)
        return report_ok(report)
