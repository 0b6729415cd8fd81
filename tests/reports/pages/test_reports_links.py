"""Each figure leads to the orders behind it, the menu marks the page, and figures of other rules are marked."""

import pytest
from django.test import Client
from pytest_django import Settings

from packprod.readmodels.rebuild.definitions import record_built
from tests.reports.pages.report_shop import PAGES, PERIOD, page_text

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")


def test_the_menu_knows_where_one_is(boss: Client) -> None:
    for address in ("/admin/", PAGES["overview"], PAGES["sales"]):
        groups = boss.get(address).context["sidebar_navigation"]
        current = [item["title"] for group in groups for item in group["items"] if item["active"]]
        assert current == ["Sales" if "sales" in address else "Overview"]


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
    assert [page for page in pages if "computed afresh" in page_text(boss, page)] == []
    settings.PACKPROD_TIME_ZONE = "Africa/Cairo"
    assert [page for page in pages if "computed afresh" not in page_text(boss, page)] == []
