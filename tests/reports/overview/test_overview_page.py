"""The page of the overview, which is the start page, shows what its report says."""

from datetime import datetime

import pytest
from django.test import Client

from packprod.json_objects import to_plain
from reports.overview.report import overview_report
from reports.pages.formats import currency, number, percent
from tests.reports.pages.report_shop import AUTUMN, LONG_NAME, PAGES, page_text

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")


def test_the_overview(boss: Client, now: datetime) -> None:
    report = to_plain(overview_report(period=AUTUMN, compare="previous", now=now))
    text = page_text(boss, PAGES["overview"])
    shown = {
        "Orders": number,
        "Revenue": currency,
        "Units": number,
        "Average order value": currency,
        "Customers": number,
        "New customers": number,
        "Returning customers": number,
    }
    names = ["orders", "revenue", "units", "averageOrderValue", "customers", "newCustomers", "returningCustomers"]
    for name, (label, form) in zip(names, shown.items(), strict=True):
        assert f"{label} {form(report[name])}" in text
        assert f"from {form(report['previous'][name])}" in text
    assert report["orders"] == 12
    for product in report["topProducts"]:
        assert f"{product['description']} {currency(product['revenue'])}" in text
    assert f"{LONG_NAME} {currency(report['topCustomers'][0]['revenue'])}" in text
    for segment, customers in report["segments"].items():
        assert f"{segment} {number(customers)} {percent(customers * 100 / 3)}" in text


def test_the_start_page_is_the_overview(boss: Client) -> None:
    assert "Top products" in page_text(boss, "/admin/")
    assert page_text(boss, "/admin/?preset=last_7_days").count("Last 7 days") > page_text(boss, "/admin/").count(
        "Last 7 days"
    )


def test_another_year_as_comparison_and_a_segment(boss: Client, now: datetime) -> None:
    report = to_plain(overview_report(period=AUTUMN, compare="year", segment="New", now=now))
    text = page_text(boss, f"{PAGES['overview']}&compare=year&segment=New")
    assert f"Revenue {currency(report['revenue'])}" in text
    assert "compared with 1 Sep – 23 Oct 2024" in text
    assert "Only customers who are New now" in text
    assert "Top products" in text
    assert "Not known for a segment" in text
