"""What the OpenAPI schema says of the report of cohorts. Its serializers document; no request passes through them."""

from typing import Any

from rest_framework import serializers

from packprod.api.operations import FILES
from packprod.api.parameters import FORMAT
from packprod.api.schemas import Documented, Money, answer, component, documented, envelope, enveloped, query
from reports.cohorts.report import DEFAULT_MONTHS, LONGEST_MONTHS

_MONTH = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
_AT_MOST = f"At most {LONGEST_MONTHS} months at once; ask for a longer span in several parts."
_BOUNDS: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "from": serializers.CharField(help_text="A month: 2025-10."),
    "to": serializers.CharField(),
}


class CohortMonthSerializer(Documented):
    """What the customers of a cohort did in one month."""

    month = serializers.CharField(help_text="2025-10")
    customers = serializers.IntegerField(min_value=0, help_text="Those who ordered in this month.")
    orders = serializers.IntegerField(min_value=0)
    revenue = Money()
    retention = Money(help_text="`customers` of the cohort's customers, in percent, 1 decimal.")


class CohortSerializer(Documented):
    """The customers whose first counted order lies in a month."""

    month = serializers.CharField()
    customers = serializers.IntegerField(min_value=0)
    months = CohortMonthSerializer(
        many=True, help_text="From its own month to the present one, no gap left out; empty without customers."
    )


class CohortsReportSerializer(Documented):
    """The cohorts of some months."""

    period = component("MonthPeriod", **_BOUNDS, timeZone=serializers.CharField())
    cohorts = CohortSerializer(many=True, help_text="A cohort for every month of the period, oldest first.")


_EXAMPLE = {
    "period": {"from": "2025-09", "to": "2025-10", "timeZone": "Australia/Sydney"},
    "cohorts": [
        {
            "month": "2025-09",
            "customers": 3,
            "months": [
                {"month": "2025-09", "customers": 3, "orders": 4, "revenue": 422.00, "retention": 100.0},
                {"month": "2025-10", "customers": 2, "orders": 2, "revenue": 211.00, "retention": 66.7},
            ],
        },
        {"month": "2025-10", "customers": 0, "months": []},
    ],
}
get_cohorts_report = documented(
    "getCohortsReport",
    "Retrieve cohorts by month",
    tag="Reports",
    answers={
        200: answer(
            envelope("CohortsReportAnswer", CohortsReportSerializer()),
            "The report.",
            example=enveloped(_EXAMPLE, source="projection"),
        ),
        **FILES,
    },
    parameters=[
        query(
            "from",
            f"The first month; {DEFAULT_MONTHS} months up to the last, where it is not given. {_AT_MOST}",
            _MONTH,
        ),
        query("to", "The last month; this one, where it is not given.", _MONTH),
        FORMAT,
    ],
)
