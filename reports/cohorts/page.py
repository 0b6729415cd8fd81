"""The report page of cohorts: a heat map of who comes back, by the month of the first order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.utils.formats import date_format

from packprod.api.parameters import Choice
from packprod.dates import business_date
from packprod.exports.response import Format
from packprod.money import percentage
from packprod.months import Months, first_day, last_months, month_end, month_of
from packprod.observability.timing import timed
from reports.cohorts.api import MONTHS, months_of
from reports.cohorts.export import cohorts_report_export
from reports.cohorts.report import DEFAULT_MONTHS, CohortJson, CohortMonth, CohortsReport, cohorts_report
from reports.figures.periods import Period
from reports.models import Cohorts
from reports.pages.cards import FigureFormat
from reports.pages.filter_bar import BarLink, business
from reports.pages.formats import currency, number, percent
from reports.pages.links import Links
from reports.pages.page import ReportPage
from reports.pages.parameters import ReportParameters, given, known_only

FIGURES = {"retention": "Came back", "customers": "Customers", "orders": "Orders", "revenue": "Revenue"}
SHOW = Choice("show", tuple(FIGURES), "Which figure of each month.", default="retention")
KNOWN_PARAMETERS = (*MONTHS, SHOW)
SPANS = (6, DEFAULT_MONTHS, 24, 36)
DARKEST = 9
_FORMATS: dict[str, FigureFormat] = {
    "retention": percent,
    "customers": number,
    "orders": number,
    "revenue": currency,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortParameters(ReportParameters):
    """Which months, and which figure of the cohorts' months."""

    months: Months
    figure: str = "retention"


@admin.register(Cohorts)
class CohortsPage(ReportPage[CohortParameters, CohortsReport]):
    """A row a cohort, a column a month since."""

    template = "admin/reports/cohorts.html"

    def parameters(self, request: HttpRequest, now: datetime) -> CohortParameters:
        api_request = known_only(request, KNOWN_PARAMETERS)
        return CohortParameters(
            now=now,
            given=given(request, KNOWN_PARAMETERS),
            months=months_of(api_request, now=now),
            figure=SHOW.of(api_request),
        )

    def default_parameters(self, now: datetime) -> CohortParameters:
        return CohortParameters(now=now, months=last_months(DEFAULT_MONTHS, until=month_of(business_date(now))))

    def read(self, params: CohortParameters) -> CohortsReport:
        with timed("reportCohorts") as reading:
            report = cohorts_report(months=params.months, now=params.now)
            reading.hit(items=len(report.cohorts))
        return report

    def context(self, report: CohortsReport, params: CohortParameters, links: Links) -> dict[str, Any]:
        customers = sum(cohort.customers for cohort in report.cohorts)
        return {
            "table": heat_table(report.cohorts, figure=params.figure, links=links),
            "figure": FIGURES[params.figure],
            "customers": customers,
            "repeat": _returned(report.cohorts, after=1),
            "is_empty": customers == 0,
            **business(),
        }

    def filter_bar(self, params: CohortParameters) -> dict[str, Any]:
        this_month = month_of(business_date(params.now))
        spans = {months: last_months(months, until=this_month) for months in SPANS}
        days = f"{month_text(params.months.first)} – {month_text(params.months.last)}"
        return {
            "label": next((f"Last {months} months" for months, span in spans.items() if span == params.months), days),
            "days": days,
            "presets": [
                BarLink(
                    f"Last {months} months", params.query(**{"from": span.first, "to": None}), span == params.months
                )
                for months, span in spans.items()
            ],
            "input": "month",
            "start": params.months.first,
            "end": params.months.last,
            "kept": {"show": params.given["show"]} if "show" in params.given else {},
            "figures": [
                BarLink(label, params.query(show=name), name == params.figure) for name, label in FIGURES.items()
            ],
        }

    def file(self, report: CohortsReport, params: CohortParameters, *, format: Format) -> HttpResponseBase:
        return cohorts_report_export(report, format=format)


def month_text(month: str) -> str:
    """`Oct 2025` for 2025-10."""
    return date_format(first_day(month), "M Y")


def heat_table(cohorts: Sequence[CohortJson], *, figure: str, links: Links) -> dict[str, Any]:
    """`heads`, `rows` and `average` for the template. The first month is everybody's own, so it gives no heat."""
    later = [value for cohort in cohorts for cell in cohort.months[1:] if (value := getattr(cell, figure))]
    greatest = max(later, default=Decimal(0))
    longest = max((len(cohort.months) for cohort in cohorts), default=0)
    average = [percent(_returned(cohorts, after=months)) for months in range(longest)] if figure == "retention" else []
    return {
        "heads": [str(months) for months in range(longest)],
        "rows": [_row(cohort, figure=figure, greatest=greatest, links=links) for cohort in cohorts],
        "average": average,
    }


def _row(cohort: CohortJson, *, figure: str, greatest: Decimal, links: Links) -> dict[str, Any]:
    first = first_day(cohort.month)
    days = Period(first, month_end(first))
    query = f"?from={days.start.isoformat()}&to={days.end.isoformat()}"
    return {
        "title": date_format(first, "M Y"),
        "url": links.report("overview", query) if cohort.customers else "",
        "customers": cohort.customers,
        "cells": [_cell(cell, months, figure, greatest) for months, cell in enumerate(cohort.months)],
    }


def _cell(cell: CohortMonth, months: int, figure: str, greatest: Decimal) -> dict[str, Any]:
    """`heat` is 0 (none) to DARKEST."""
    value = getattr(cell, figure)
    heat = max(1, round(DARKEST * value / greatest)) if months and value and greatest else 0
    month = date_format(first_day(cell.month), "F Y")
    title = (
        f"{month}: {number(cell.customers)} of the cohort ordered, "
        f"{number(cell.orders)} orders, {currency(cell.revenue)}"
    )
    return {"text": _FORMATS[figure](value), "heat": heat, "title": title}


def _returned(cohorts: Sequence[CohortJson], *, after: int) -> Decimal | None:
    """Of all customers whose cohort is so many months old, in percent, how many ordered in that month."""
    reached = [cohort for cohort in cohorts if len(cohort.months) > after]
    customers = sum(cohort.customers for cohort in reached)
    return percentage(sum(cohort.months[after].customers for cohort in reached), customers)
