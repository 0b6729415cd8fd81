"""Cohorts: who comes back, by the month of the first order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.utils.formats import date_format

from packprod.api.choices import choice
from packprod.dates import business_date
from packprod.exports.response import Format
from packprod.months import Months, first_day, last_months, month_of
from packprod.observability.timing import timed
from reports.admin.asked import Asked, given, known_only
from reports.admin.filter_bar import Choice, business
from reports.admin.heat import heat_table
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.cohorts import DEFAULT_MONTHS
from reports.cohorts_export import cohorts_report_export
from reports.cohorts_view import asked_months
from reports.models import Cohorts
from reports.services import cohorts_report

PARAMETERS = ("from", "to", "show")
SHOWN = {"retention": "Came back", "customers": "Customers", "orders": "Orders", "revenue": "Revenue"}
SPANS = (6, DEFAULT_MONTHS, 24, 36)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMonths(Asked):
    """The cohorts of which months, and which figure of theirs."""

    months: Months
    show: str = "retention"


@admin.register(Cohorts)
class CohortsPage(ReportPage):
    """A row a cohort, a column a month since."""

    template = "admin/reports/cohorts.html"

    def ask(self, request: HttpRequest, now: datetime) -> AskedMonths:
        api_request = known_only(request, PARAMETERS)
        return AskedMonths(
            now=now,
            given=given(request, PARAMETERS),
            months=asked_months(api_request, now=now),
            show=choice(api_request, "show", tuple(SHOWN), default="retention"),
        )

    def ask_by_default(self, now: datetime) -> AskedMonths:
        return AskedMonths(now=now, months=last_months(DEFAULT_MONTHS, until=month_of(business_date(now))))

    def read(self, asked: AskedMonths) -> dict[str, Any]:
        with timed("reportCohorts") as reading:
            report = cohorts_report(months=asked.months, now=asked.now)
            reading.hit(items=len(report["cohorts"]))
        return report

    def shown(self, report: dict[str, Any], asked: AskedMonths, links: Links) -> dict[str, Any]:
        customers = sum(cohort["customers"] for cohort in report["cohorts"])
        return {
            "table": heat_table(report["cohorts"], show=asked.show, links=links),
            "show": SHOWN[asked.show],
            "customers": customers,
            "repeat": _came_back(report["cohorts"], customers),
            "is_empty": customers == 0,
            **business(),
        }

    def bar(self, asked: AskedMonths) -> dict[str, Any]:
        this_month = month_of(business_date(asked.now))
        spans = {months: last_months(months, until=this_month) for months in SPANS}
        days = f"{month_text(asked.months.first)} – {month_text(asked.months.last)}"
        return {
            "label": next((f"Last {months} months" for months, span in spans.items() if span == asked.months), days),
            "days": days,
            "presets": [
                Choice(f"Last {months} months", asked.query(**{"from": span.first, "to": None}), span == asked.months)
                for months, span in spans.items()
            ],
            "input": "month",
            "start": asked.months.first,
            "end": asked.months.last,
            "kept": {"show": asked.given["show"]} if "show" in asked.given else {},
            "shown": [Choice(label, asked.query(show=name), name == asked.show) for name, label in SHOWN.items()],
        }

    def file(self, report: dict[str, Any], asked: AskedMonths, *, format: Format) -> HttpResponseBase:
        return cohorts_report_export(report, format=format)


def month_text(month: str) -> str:
    """`Oct 2025` for 2025-10."""
    return date_format(first_day(month), "M Y")


def _came_back(cohorts: list[dict[str, Any]], customers: int) -> Decimal | None:
    """Of all these customers, in percent, how many ordered in the month after their first."""
    reached = [cohort for cohort in cohorts if len(cohort["months"]) > 1]
    size = sum(cohort["customers"] for cohort in reached)
    return Decimal(sum(one["months"][1]["customers"] for one in reached)) * 100 / size if size else None
