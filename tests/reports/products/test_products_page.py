"""The page of products shows what its report says."""

from typing import Any

import pytest
from django.test import Client

from packprod.json_objects import to_plain
from reports.pages.formats import currency, number, percent
from reports.products.report import products_report
from tests.reports.pages.report_shop import AUTUMN, PAGES, page_text

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")


def test_products(boss: Client) -> None:
    rows = to_plain(products_report(period=AUTUMN))["products"]
    text = page_text(boss, PAGES["products"])
    assert len(rows) == 2
    figures = (("revenue", currency), ("orders", number), ("units", number))
    for row in rows:
        shown = [f"{form(row[name])} {_moved(row, name)} from {form(row['previous'][name])}" for name, form in figures]
        assert f"{row['productCode']} {row['description']} {' '.join(shown)} {percent(row['share'])}" in text
    assert [row["change"]["orders"] for row in rows] == [None, 0]
    totals = to_plain(products_report(period=AUTUMN))["totals"]
    assert f"{currency(totals['sold']['revenue'])} ▲ up {percent(totals['change']['revenue'])}" in text


def _moved(row: dict[str, Any], name: str) -> str:
    """How a figure moved."""
    change = row["change"][name]
    if change is None:
        return "▲ up new"
    arrow = "▲ up " if change > 0 else "▼ down " if change else ""
    return f"{arrow}{percent(abs(change))}"


def test_a_long_table_of_products_is_cut_and_says_so(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = (row["productCode"] for row in to_plain(products_report(period=AUTUMN))["products"])
    monkeypatch.setattr("reports.products.page.MOST", 1)
    page = boss.get(PAGES["products"])
    assert [row["product_code"] for row in page.context["report"]["rows"]] == [first]
    assert "The 1 with most revenue. Show all" in page_text(boss, PAGES["products"])
    whole = boss.get("/admin/reports/products/" + page.context["report"]["all_url"])
    assert [row["product_code"] for row in whole.context["report"]["rows"]] == [first, *others]


def test_products_beside_the_year_before(boss: Client) -> None:
    page = boss.get(PAGES["products"] + "&compare=year")
    assert {row["previous"].orders for row in page.context["report"]["rows"]} == {0}
    assert "compared with 1 Sep – 23 Oct 2024" in page_text(boss, PAGES["products"] + "&compare=year")
