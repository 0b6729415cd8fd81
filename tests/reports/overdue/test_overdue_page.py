"""The page of overdue reorders: what can be searched for, and what it says where nothing is found."""

import html
import re
from datetime import datetime

import pytest
from django.test import Client

from customers.reorders.selectors import OverdueFilter, overdue_list
from packprod.readmodels.lists import pages
from tests.reports.pages.report_shop import PAGES, page_text

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")
OVERDUE = PAGES["overduereorders"]


def found(client: Client, query: str) -> list[str]:
    """The product codes on the page."""
    return [row["productCode"] for row in client.get(f"{OVERDUE}?{query}").context["report"]["rows"]]


def text(client: Client, query: str) -> str:
    return page_text(client, f"{OVERDUE}?{query}")


def test_searching_by_customer_product_and_segment(boss: Client) -> None:
    both = found(boss, "")
    assert len(both) == 2
    for query in (
        "search=regular",
        "search=REG cust",
        "search=acme",
        "productCode=box-a4&search=regular%40example.com",
    ):
        assert "BOX-A4" in found(boss, query), query
    assert found(boss, "search=nobody") == []
    assert found(boss, "search=*") == []
    in_segments = [code for name in ("VIP", "Active", "New", "Dormant") for code in found(boss, f"segment={name}")]
    assert sorted(in_segments) == sorted(both)


def test_an_empty_page_says_what_was_searched_for(boss: Client) -> None:
    said = text(boss, "search=zo%C3%AB&productCode=BOX-A4&segment=VIP&state=lost")
    assert "Nothing lost found" in said
    assert "Searched for customer zoë , product code BOX-A4 , segment VIP" in said
    page = boss.get(f"{OVERDUE}?search=zo%C3%AB&state=lost")
    links = {html.unescape(link) for link in re.findall(r'href="(\?[^"]*)"', page.content.decode())}
    assert {"?state=lost", "?state=all&search=zo%C3%AB", "?search=zo%C3%AB"} <= links
    assert "Nobody is lost" in text(boss, "state=lost")


def test_a_new_search_keeps_state_order_and_segment(boss: Client) -> None:
    page = boss.get(f"{OVERDUE}?state=all&order=desc&segment=Active&search=reg&productCode=BOX-A4").content.decode()
    form = page[page.index('<form method="get" class="rp-search"') :].partition("</form>")[0]
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert kept == {"state": "all", "order": "desc", "segment": "Active"}
    assert 'name="search" value="reg"' in form
    assert 'name="productCode" value="BOX-A4"' in form


def test_one_customer_is_named_and_can_be_left(boss: Client) -> None:
    contact_id = boss.get(OVERDUE).context["report"]["rows"][0]["contactID"]
    page = boss.get(f"{OVERDUE}?contactID={contact_id}&state=all")
    assert page.context["report"]["customer"]
    assert '<a href="?state=all" aria-label="All customers">' in page.content.decode()


def test_a_page_that_ended_early_leads_on(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_EXAMINED", 1)
    monkeypatch.setattr("customers.reorders.selectors.FEW_CUSTOMERS", 0)
    address, codes = f"{OVERDUE}?segment=Active", []
    for _ in range(10):
        report = boss.get(address).context["report"]
        codes += [row["productCode"] for row in report["rows"]]
        if not report["next_url"]:
            break
        assert "Look further" in boss.get(address).content.decode()
        address = OVERDUE + report["next_url"]
    assert codes == found(boss, "segment=Active")


def test_the_page_shows_occasions(boss: Client) -> None:
    for row in boss.get(OVERDUE).context["report"]["rows"]:
        cell = f'<td data-label="Occasions">{row["occasions"]}</td>'
        assert cell in boss.get(OVERDUE).content.decode()


def test_overdue_reorders(boss: Client, now: datetime) -> None:
    rows = overdue_list(OverdueFilter(), limit=50, position=None, now=now).items
    text = page_text(boss, PAGES["overduereorders"])
    assert len(rows) == 2
    for row in rows:
        assert f"{row['name']} Acme {row['daysOverdue']} days {row['productCode']} {row['description']}" in text
    assert 'href="mailto:regular@example.com"' in boss.get(PAGES["overduereorders"]).content.decode()
    assert "Nobody is lost" in page_text(boss, PAGES["overduereorders"] + "?state=lost")
    assert "Regular Customer" not in page_text(boss, PAGES["overduereorders"] + "?productCode=TAPE/48")
