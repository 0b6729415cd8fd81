"""The page of sales shows what its report says."""

from typing import Any

import pytest
from django.test import Client

from packprod.json_objects import to_plain
from reports.pages.formats import currency, number
from reports.sales.report import sales_report
from tests.reports.pages.report_shop import AUTUMN, PAGES, page_text

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")


def test_sales(boss: Client) -> None:
    for granularity in ("day", "week", "month"):
        report = to_plain(sales_report(period=AUTUMN, granularity=granularity, compare="previous"))
        shown = boss.get(f"{PAGES['sales']}&granularity={granularity}").context["report"]["rows"]
        assert [_figures(row) for row in shown] == [
            (
                *(row["current"] and row["current"][name] for name in ("date", "orders", "revenue")),
                row["previous"] and row["previous"]["revenue"],
            )
            for row in report["compared"]
        ]
        text = page_text(boss, f"{PAGES['sales']}&granularity={granularity}")
        for row in shown:
            assert f"{row['title']} {number(row['orders'])} {currency(row['revenue'])} {row['before_title']}" in text
        totals, before = report["totals"], currency(report["previous"]["revenue"])
        assert f"Total {number(totals['orders'])} {currency(totals['revenue'])} {before}" in text


def _figures(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("date", "orders", "revenue", "before"))
