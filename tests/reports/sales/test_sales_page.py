"""The page of sales shows what its report says."""

import pytest
from django.test import Client

from packprod.api.json import to_plain
from reports.pages.formats import currency, number
from reports.sales.report import sales_with_trend
from tests.reports.pages.report_shop import AUTUMN, PAGES, page_text

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")


def test_sales(boss: Client) -> None:
    for granularity in ("day", "week", "month"):
        sales, trend = sales_with_trend(period=AUTUMN, granularity=granularity, compare="previous")
        report = to_plain(sales)
        text = page_text(boss, f"{PAGES['sales']}&granularity={granularity}")
        earlier = [bucket.revenue for bucket in trend.earlier]
        for row, before in zip(report["series"], earlier, strict=False):
            assert f"{number(row['orders'])} {currency(row['revenue'])} {currency(before)}" in text
        totals = report["totals"]
        assert f"Total {number(totals['orders'])} {currency(totals['revenue'])}" in text
