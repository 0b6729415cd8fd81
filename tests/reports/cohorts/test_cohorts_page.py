"""The page of cohorts shows what its report says."""

from datetime import datetime

import pytest
from django.test import Client

from packprod.json_objects import to_plain
from packprod.months import Months
from reports.cohorts.report import cohorts_report
from reports.pages.formats import currency, number, percent
from tests.reports.pages.report_shop import PAGES, page_text

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")


def test_cohorts(boss: Client, now: datetime) -> None:
    report = to_plain(cohorts_report(months=Months("2025-05", "2025-10"), now=now))
    for show, form in (("retention", percent), ("customers", number), ("orders", number), ("revenue", currency)):
        text = page_text(boss, f"{PAGES['cohorts']}&show={show}")
        for cohort in report["cohorts"]:
            cells = " ".join(form(cell[show]) for cell in cohort["months"])
            assert f"{number(cohort['customers'])} {cells}".strip() in text
