"""The page of statistics shows what its report says, of all time or of a period."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from packprod.json_objects import to_plain
from reports.pages.formats import currency, number, percent
from reports.statistics.report import statistics_report
from tests.reports.pages.report_shop import AUTUMN, PAGES, PERIOD, page_text

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")


def test_statistics(boss: Client, now: datetime) -> None:
    report = to_plain(statistics_report(now=now))
    text = page_text(boss, PAGES["statistics"])
    assert f"Orders {number(report['orders'])}" in text
    assert f"Median order value {currency(report['medianOrderValue'])}" in text
    assert f"Repeat rate {percent(report['repeatRate'])}" in text
    for name, value in report["orderValuePercentiles"].items():
        assert f"{name[1:]} % {currency(value)}" in text
    for hour, orders in enumerate(report["ordersByHour"]):
        assert f"{hour:02d}:00 {number(orders)}" in text


def test_statistics_of_a_period(boss: Client, now: datetime) -> None:
    report = to_plain(statistics_report(now=now, period=AUTUMN, compare="year"))
    text = page_text(boss, f"{PAGES['statistics']}?{PERIOD}&compare=year")
    assert f"Orders {number(report['orders'])} ▲ up new from 0" in text
    assert f"Median order value {currency(report['medianOrderValue'])}" in text
    assert "compared with 1 Sep – 23 Oct 2024" in text
    for name, value in report["orderValuePercentiles"].items():
        assert f"{name[1:]} % {currency(value)} –" in text
    for hour, orders in enumerate(report["ordersByHour"]):
        share = percent(Decimal(orders) * 100 / report["orders"])
        assert f"{hour:02d}:00 {number(orders)} {share} 0" in text
    assert "No orders in 1 Jan 2020" in page_text(boss, f"{PAGES['statistics']}?from=2020-01-01&to=2020-01-01")


def test_statistics_are_of_all_time_until_a_period_is_chosen(boss: Client) -> None:
    asked = "/admin/reports/statistics/?preset=last_30_days&compare=year"
    choices = {choice.label: choice for choice in boss.get(asked).context["bar"]["presets"]}
    assert choices["All time"].url == "?"  # nothing is left to compare
    assert choices["Last year"].url == "?preset=last_year&compare=year"
    assert [label for label, choice in choices.items() if choice.current] == ["Last 30 days"]
    bare = boss.get(f"/admin/reports/statistics/{choices['All time'].url}").context["bar"]
    assert [choice.label for choice in bare["presets"] if choice.current] == ["All time"]
    assert "comparisons" not in bare
