"""Cohorts as a table whose cells are the darker the more they hold."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format

from packprod.money import percentage
from packprod.months import first_day, month_end
from reports.admin.links import Links
from reports.formats import currency, number, percent
from reports.periods import Period

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
