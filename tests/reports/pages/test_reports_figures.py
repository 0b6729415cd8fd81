"""What the report pages show is what the services say, and each figure leads to the orders behind it."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from customers.reorders.selectors import OverdueFilter, overdue_list
from packprod.api.json import to_plain
from packprod.months import Months
from packprod.readmodels.rebuild.definitions import record_built
from reports.cohorts.report import cohorts_report
from reports.figures.periods import Period
from reports.overview.report import overview_report
from reports.pages.formats import currency, number, percent
from reports.products.report import products_report
from reports.sales.report import sales_with_trend
from reports.statistics.report import statistics_report
from tests.reports.pages.report_shop import LONG_NAME, PAGES, PERIOD, open_shop

pytestmark = pytest.mark.usefixtures("staff_site")
AUTUMN = Period(date(2025, 9, 1), date(2025, 10, 23))


@pytest.fixture(autouse=True)
def _shop(
    imported: Callable[..., Any], caught_up: Callable[..., None], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop, looked at on a day soon after its last orders."""
    for module in ("reports.pages.page", "packprod.admin.model_admin"):
        monkeypatch.setattr(f"{module}.utc_now", lambda: now)
    open_shop(imported, caught_up)


def _text(client: Client, address: str) -> str:
    """The page's words, without tags, in one line."""
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_overview(boss: Client, now: datetime) -> None:
    report = to_plain(overview_report(period=AUTUMN, compare="previous", now=now))
    text = _text(boss, PAGES["overview"])
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
    assert "Top products" in _text(boss, "/admin/")
    assert _text(boss, "/admin/?preset=last_7_days").count("Last 7 days") > _text(boss, "/admin/").count("Last 7 days")


def test_the_menu_knows_where_one_is(boss: Client) -> None:
    for address in ("/admin/", PAGES["overview"], PAGES["sales"]):
        groups = boss.get(address).context["sidebar_navigation"]
        current = [item["title"] for group in groups for item in group["items"] if item["active"]]
        assert current == ["Sales" if "sales" in address else "Overview"]


def test_another_year_as_comparison_and_a_segment(boss: Client, now: datetime) -> None:
    report = to_plain(overview_report(period=AUTUMN, compare="year", segment="New", now=now))
    text = _text(boss, f"{PAGES['overview']}&compare=year&segment=New")
    assert f"Revenue {currency(report['revenue'])}" in text
    assert "compared with 1 Sep – 23 Oct 2024" in text
    assert "Only customers who are New now" in text
    assert "Top products" in text
    assert "Not known for a segment" in text


def test_sales(boss: Client) -> None:
    for granularity in ("day", "week", "month"):
        sales, trend = sales_with_trend(period=AUTUMN, granularity=granularity, compare="previous")
        report = to_plain(sales)
        text = _text(boss, f"{PAGES['sales']}&granularity={granularity}")
        earlier = [bucket.revenue for bucket in trend.earlier]
        for row, before in zip(report["series"], earlier, strict=False):
            assert f"{number(row['orders'])} {currency(row['revenue'])} {currency(before)}" in text
        totals = report["totals"]
        assert f"Total {number(totals['orders'])} {currency(totals['revenue'])}" in text


def test_products(boss: Client) -> None:
    rows = to_plain(products_report(period=AUTUMN))["products"]
    text = _text(boss, PAGES["products"])
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
    assert "The 1 with most revenue. Show all" in _text(boss, PAGES["products"])
    whole = boss.get("/admin/reports/products/" + page.context["report"]["all_url"])
    assert [row["product_code"] for row in whole.context["report"]["rows"]] == [first, *others]


def test_products_beside_the_year_before(boss: Client) -> None:
    page = boss.get(PAGES["products"] + "&compare=year")
    assert {row["previous"].orders for row in page.context["report"]["rows"]} == {0}
    assert "compared with 1 Sep – 23 Oct 2024" in _text(boss, PAGES["products"] + "&compare=year")


def test_statistics(boss: Client, now: datetime) -> None:
    report = to_plain(statistics_report(now=now))
    text = _text(boss, PAGES["statistics"])
    assert f"Orders {number(report['orders'])}" in text
    assert f"Median order value {currency(report['medianOrderValue'])}" in text
    assert f"Repeat rate {percent(report['repeatRate'])}" in text
    for name, value in report["orderValuePercentiles"].items():
        assert f"{name[1:]} % {currency(value)}" in text
    for hour, orders in enumerate(report["ordersByHour"]):
        assert f"{hour:02d}:00 {number(orders)}" in text


def test_statistics_of_a_period(boss: Client, now: datetime) -> None:
    report = to_plain(statistics_report(now=now, period=AUTUMN, compare="year"))
    text = _text(boss, f"{PAGES['statistics']}?{PERIOD}&compare=year")
    assert f"Orders {number(report['orders'])} ▲ up new from 0" in text
    assert f"Median order value {currency(report['medianOrderValue'])}" in text
    assert "compared with 1 Sep – 23 Oct 2024" in text
    for name, value in report["orderValuePercentiles"].items():
        assert f"{name[1:]} % {currency(value)} –" in text
    for hour, orders in enumerate(report["ordersByHour"]):
        share = percent(Decimal(orders) * 100 / report["orders"])
        assert f"{hour:02d}:00 {number(orders)} {share} 0" in text
    assert "No orders in 1 Jan 2020" in _text(boss, f"{PAGES['statistics']}?from=2020-01-01&to=2020-01-01")


def test_cohorts(boss: Client, now: datetime) -> None:
    report = to_plain(cohorts_report(months=Months("2025-05", "2025-10"), now=now))
    for show, form in (("retention", percent), ("customers", number), ("orders", number), ("revenue", currency)):
        text = _text(boss, f"{PAGES['cohorts']}&show={show}")
        for cohort in report["cohorts"]:
            cells = " ".join(form(cell[show]) for cell in cohort["months"])
            assert f"{number(cohort['customers'])} {cells}".strip() in text


def test_overdue_reorders(boss: Client, now: datetime) -> None:
    rows = overdue_list(OverdueFilter(), limit=50, position=None, now=now).items
    text = _text(boss, PAGES["overduereorders"])
    assert len(rows) == 2
    for row in rows:
        assert f"{row['name']} Acme {row['daysOverdue']} days {row['productCode']} {row['description']}" in text
    assert 'href="mailto:regular@example.com"' in boss.get(PAGES["overduereorders"]).content.decode()
    assert "Nobody is lost" in _text(boss, PAGES["overduereorders"] + "?state=lost")
    assert "Regular Customer" not in _text(boss, PAGES["overduereorders"] + "?productCode=TAPE/48")


def test_a_figure_leads_to_as_many_orders(boss: Client) -> None:
    page = boss.get(PAGES["overview"])
    for card in page.context["report"]["cards"][:1]:
        assert _listed(boss, card.url) == int(card.value)
        assert _listed(boss, card.change.before_url) == int(card.change.before)
    customers = [card for card in page.context["report"]["cards"] if "ustomers" in card.label]
    assert [(card.url, card.change.before_url) for card in customers] == [("", "")] * 3  # no list is of just them
    for row in boss.get(PAGES["products"]).context["report"]["rows"]:
        assert _listed(boss, row["orders_url"]) == row["orders"]
        assert boss.get(row["url"]).status_code == 200
    for row in boss.get(PAGES["sales"] + "&granularity=month").context["report"]["rows"]:
        assert _listed(boss, row["url"]) == row["orders"]
    for row in page.context["report"]["segments"]:
        assert _listed(boss, row["url"]) == row["customers"]
    for row in page.context["report"]["customers"]:
        assert boss.get(row["url"]).status_code == 200


def test_figures_of_a_segment_lead_to_its_orders(boss: Client) -> None:
    for report in ("overview", "sales"):
        page = boss.get(f"{PAGES[report]}&segment=New&granularity=month").context["report"]
        card, rows = page["cards"][0], page["rows"]
        assert card.url == f"/admin/orders/order/?status=counted&{PERIOD}&segment=New"
        assert card.change.before_url == "/admin/orders/order/?status=counted&from=2025-07-10&to=2025-08-31&segment=New"
        assert rows[-1]["url"] == "/admin/orders/order/?status=counted&from=2025-10-01&to=2025-10-23&segment=New"


def _listed(client: Client, address: str) -> int:
    return len(client.get(address).context["cl"].result_list)


def test_figures_of_other_rules_are_marked(boss: Client, settings: Settings) -> None:
    record_built()
    pages = [address for name, address in PAGES.items() if name != "performance"]
    assert [page for page in pages if "computed afresh" in _text(boss, page)] == []
    settings.PACKPROD_TIME_ZONE = "Africa/Cairo"
    assert [page for page in pages if "computed afresh" not in _text(boss, page)] == []
