"""`GET /api/reports/cohorts`."""

import re
from datetime import date, datetime

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.parameters import (
    FORMAT_PARAMETERS,
    refuse_parameter,
    refuse_unknown_parameters,
    requested_format,
)
from packprod.dates import business_date, utc_now
from packprod.months import Months, first_day, last_months, month_of
from packprod.observability.timing import timed
from reports.answers import report_ok
from reports.cohorts.export import cohorts_report_export
from reports.cohorts.report import DEFAULT_MONTHS, LONGEST_MONTHS, cohorts_report
from reports.cohorts_schema import get_cohorts_report


class CohortsView(APIView):
    """`GET /api/reports/cohorts`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    @get_cohorts_report
    def get(self, request: Request) -> HttpResponseBase:
        """Customers by the month of their first order, and what they ordered in each month since."""
        refuse_unknown_parameters(request, ("from", "to", *FORMAT_PARAMETERS))
        now, file_format = utc_now(), requested_format(request)
        with timed("reportCohorts") as reading:
            data = cohorts_report(months=asked_months(request, now=now), now=now)
            reading.hit(items=len(data["cohorts"]))
        if file_format:
            return cohorts_report_export(data, format=file_format)
        return report_ok(data)


def asked_months(request: Request, *, now: datetime) -> Months:
    """The months of `from` and `to`; the last 12 where nothing is said. Raises InvalidInput naming the parameter."""
    last = _month(request, "to") or month_of(business_date(now))
    first = _month(request, "from") or last_months(DEFAULT_MONTHS, until=last).first
    if first > last:
        refuse_parameter("to", "before_from", "to must not lie before from.")
    if first < last_months(LONGEST_MONTHS, until=last).first:
        refuse_parameter("from", "out_of_range", too_long(first, last))
    return Months(first, last)


def too_long(first: str, last: str) -> str:
    """What to ask instead."""
    return (
        f"{first} to {last} is more than {LONGEST_MONTHS} months. Ask for at most {LONGEST_MONTHS} at once: "
        f"from={last_months(LONGEST_MONTHS, until=last).first} with this last month, then the months before."
    )


def _month(request: Request, name: str) -> str:
    text = request.query_params.get(name, "")
    if text and not (re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) and _is_month(text)):
        refuse_parameter(name, "invalid", f"{name} must be a month from 1900-01 to 2200-01, such as 2025-10.")
    return text


def _is_month(text: str) -> bool:
    try:
        return date(1900, 1, 1) <= first_day(text) <= date(2200, 1, 1)
    except ValueError:
        return False
