"""The report pages in a real browser: without a complaint on the console, accessible, usable with the keyboard."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_violations
from tests.browser.conftest import NARROW, PageOf
from tests.reports.pages.report_shop import PAGES, PERIOD, open_shop

START = f"/admin/?{PERIOD}"


@pytest.fixture
def shop(
    imported: Callable[..., Any], caught_up: Callable[..., None], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop, looked at on a day soon after its last orders."""
    monkeypatch.setattr("reports.pages.page.utc_now", lambda: now)
    open_shop(imported, caught_up)


def check_pages(page: Page) -> None:
    for address in (START, *PAGES.values()):
        page.goto(address)
        assert serious_violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_every_page_with_data(shop: None, page: Page) -> None:
    check_pages(page)


def test_every_page_with_data_narrow_and_dark(shop: None, page_of: PageOf, boss: User) -> None:
    check_pages(page_of(boss, viewport=NARROW, color_scheme="dark"))


def test_every_page_without_data(page: Page) -> None:
    check_pages(page)


def test_choosing_a_period_with_the_keyboard(shop: None, page: Page) -> None:
    page.goto(START)
    page.locator(".rp-range summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Last 7 days")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Last 7 days")).to_be_hidden()
    expect(page.locator(".rp-range summary").first).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("From").fill("2025-10-01")
    page.get_by_label("To, inclusive").fill("2025-10-20")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    page.wait_for_url("**from=2025-10-01&to=2025-10-20*")
    expect(page.locator(".rp-note")).to_contain_text("1 Oct – 20 Oct 2025, compared with 11 Sep – 30 Sep 2025")
    page.get_by_role("navigation", name="Group by").get_by_role("link", name="Week").press("Enter")
    expect(page.get_by_role("heading", name="Revenue by week")).to_be_visible()


def test_the_chart_is_drawn_and_a_point_leads_to_its_orders(shop: None, page: Page) -> None:
    page.goto(PAGES["sales"] + "&granularity=month")
    chart = page.locator("canvas.chart")
    colours = "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    assert chart.evaluate(colours) > 20
    expect(page.get_by_role("img", name="Revenue by month")).to_be_visible()
    ticks = "c => Chart.getChart(c).scales.y.ticks.map(tick => tick.label).join(' ')"
    assert "$" in chart.evaluate(ticks)
    line = chart.evaluate("c => Chart.getChart(c).getDatasetMeta(0).dataset.options")
    assert (line["tension"], line["cubicInterpolationMode"]) == (0, "default")  # straight, no amounts in between
    at = chart.evaluate("c => { const p = Chart.getChart(c).getDatasetMeta(0).data[1]; return [p.x, p.y] }")
    chart.click(position={"x": at[0] - 4, "y": at[1] + 4})
    page.wait_for_url("**/admin/orders/order/?status=counted&from=2025-10-01&to=2025-10-23")
    expect(page.locator("#result_list tbody")).to_have_count(11)


def test_files_and_print(shop: None, page: Page) -> None:
    page.goto(PAGES["products"])
    for label, suffix in (("CSV", ".csv"), ("Excel", ".xlsx")):
        with page.expect_download() as download:
            page.get_by_role("link", name=label).click()
        assert download.value.suggested_filename == f"products-2025-09-01-to-2025-10-23{suffix}"
    page.emulate_media(media="print")
    expect(page.locator(".rp-bar")).to_be_hidden()
    expect(page.locator("#nav-sidebar")).to_be_hidden()
    expect(page.locator(".rp table")).to_be_visible()
