"""The report page of cohorts: a heat map of who comes back, by the month of the first order."""

from collections.abc import Mapping, Sequence
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
from packprod.money import percentage
from packprod.months import Months, first_day, last_months, month_end, month_of
from packprod.observability.timing import timed
from reports.cohorts.api import asked_months
from reports.cohorts.export import cohorts_report_export
from reports.cohorts.report import DEFAULT_MONTHS, cohorts_report
from reports.figures.periods import Period
from reports.models import Cohorts
from reports.pages.filter_bar import Choice, business
from reports.pages.formats import currency, number, percent
from reports.pages.links import Links
from reports.pages.page import ReportPage
from reports.pages.parameters import ReportParameters, given, known_only

PARAMETERS = ("from", "to", "show")


SHOWN = {"retention": "Came back", "customers": "Customers", "orders": "Orders", "revenue": "Revenue"}


SPANS = (6, DEFAULT_MONTHS, 24, 36)


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortParameters(ReportParameters):
    """The cohorts of which months, and which figure of theirs."""

    months: Months
    show: str = "retention"


@admin.register(Cohorts)
class CohortsPage(ReportPage):
    """A row a cohort, a column a month since."""

    template = "admin/reports/cohorts.html"

    def ask(self, request: HttpRequest, now: datetime) -> CohortParameters:
        api_request = known_only(request, PARAMETERS)
        return CohortParameters(
            now=now,
            given=given(request, PARAMETERS),
            months=asked_months(api_request, now=now),
            show=choice(api_request, "show", tuple(SHOWN), default="retention"),
        )

    def ask_by_default(self, now: datetime) -> CohortParameters:
        return CohortParameters(now=now, months=last_months(DEFAULT_MONTHS, until=month_of(business_date(now))))

    def read(self, asked: CohortParameters) -> dict[str, Any]:
        with timed("reportCohorts") as reading:
            report = cohorts_report(months=asked.months, now=asked.now)
            reading.hit(items=len(report["cohorts"]))
        return report

    def shown(self, report: dict[str, Any], asked: CohortParameters, links: Links) -> dict[str, Any]:
        customers = sum(cohort["customers"] for cohort in report["cohorts"])
        return {
            "table": heat_table(report["cohorts"], show=asked.show, links=links),
            "show": SHOWN[asked.show],
            "customers": customers,
            "repeat": _came_back(report["cohorts"], customers),
            "is_empty": customers == 0,
            **business(),
        }

    def bar(self, asked: CohortParameters) -> dict[str, Any]:
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

    def file(self, report: dict[str, Any], asked: CohortParameters, *, format: Format) -> HttpResponseBase:
        return cohorts_report_export(report, format=format)


def month_text(month: str) -> str:
    """`Oct 2025` for 2025-10."""
    return date_format(first_day(month), "M Y")


def _came_back(cohorts: list[dict[str, Any]], customers: int) -> Decimal | None:
    """Of all these customers, in percent, how many ordered in the month after their first."""
    reached = [cohort for cohort in cohorts if len(cohort["months"]) > 1]
    size = sum(cohort["customers"] for cohort in reached)
    return Decimal(sum(one["months"][1]["customers"] for one in reached)) * 100 / size if size else None


DARKEST = 9


Cohort = Mapping[str, Any]


_FORMATS = {"retention": percent, "customers": number, "orders": number, "revenue": currency}


def heat_table(cohorts: Sequence[Cohort], *, show: str, links: Links) -> dict[str, Any]:
    """`heads`, `rows` and `average` for the template. The first month is everybody's own, so it gives no heat."""
    later = [cell[show] for cohort in cohorts for cell in cohort["months"][1:] if cell[show]]
    greatest = max(later, default=Decimal(0))
    longest = max((len(cohort["months"]) for cohort in cohorts), default=0)
    return {
        "heads": [str(months) for months in range(longest)],
        "rows": [_row(cohort, show=show, greatest=greatest, links=links) for cohort in cohorts],
        "average": _average(cohorts, longest) if show == "retention" else [],
    }


def _row(cohort: Cohort, *, show: str, greatest: Decimal, links: Links) -> dict[str, Any]:
    first = first_day(cohort["month"])
    days = Period(first, month_end(first))
    query = f"?from={days.start.isoformat()}&to={days.end.isoformat()}"
    return {
        "title": date_format(first, "M Y"),
        "url": links.report("overview", query) if cohort["customers"] else "",
        "customers": cohort["customers"],
        "cells": [_cell(cell, months, show, greatest) for months, cell in enumerate(cohort["months"])],
    }


def _cell(cell: Mapping[str, Any], months: int, show: str, greatest: Decimal) -> dict[str, Any]:
    value = cell[show] or 0
    heat = max(1, round(DARKEST * value / greatest)) if months and value and greatest else 0
    month = date_format(first_day(cell["month"]), "F Y")
    title = (
        f"{month}: {number(cell['customers'])} of the cohort ordered, "
        f"{number(cell['orders'])} orders, {currency(cell['revenue'])}"
    )
    return {"text": _FORMATS[show](cell[show]), "heat": heat, "title": title}


def _average(cohorts: Sequence[Cohort], longest: int) -> list[str]:
    """Of all customers whose cohort is so many months old, the percentage that ordered in that month."""
    averages = []
    for months in range(longest):
        reached = [cohort for cohort in cohorts if len(cohort["months"]) > months]
        size = sum(cohort["customers"] for cohort in reached)
        averages.append(percent(percentage(sum(cohort["months"][months]["customers"] for cohort in reached), size)))
    return averages
