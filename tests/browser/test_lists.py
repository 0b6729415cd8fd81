"""The lists and their pages in a real browser: with the keyboard, back and forth, narrow and dark, accessible."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_violations
from tests.browser.conftest import NARROW, PageOf

ORDERS, CUSTOMERS, PRODUCTS = "/admin/orders/order/", "/admin/customers/customer/", "/admin/orders/product/"


@pytest.fixture
def orders(make_order: Callable[..., Any], imported: Callable[..., Any], caught_up: Callable[..., None]) -> None:
    """Sixty orders, more than a page; one shipped."""
    long_name = {
        "name": "Maria-Alexandra Theodora Konstantina Papadimitriou-Featherstonehaugh",
        "email": "m@example.com",
    }
    imported(
        *(make_order(f"ORD-{number:02d}", createdAt=f"2025-10-20T10:{number:02d}:00Z") for number in range(59)),
        make_order("ORD-59", createdAt="2025-10-20T10:59:00Z", status="shipped", customer=long_name),
    )
    caught_up()


def test_searching_paging_and_going_back(orders: None, page: Page) -> None:
    page.goto(ORDERS)
    rows, count = page.locator("#result_list tbody"), page.locator("#page-count")
    expect(rows).to_have_count(50)
    expect(count).to_contain_text("1–50 of 60 orders")
    page.get_by_role("link", name="Next ›").click()
    expect(rows).to_have_count(10)
    page.get_by_role("link", name="ORD-03").click()
    page.wait_for_url("**/change/**")
    page.go_back()
    expect(count).to_contain_text("51–60")
    page.get_by_role("link", name="‹ Previous").click()
    expect(count).to_contain_text("1–50")
    page.keyboard.press("/")
    page.keyboard.type("ORD-5")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(10)
    page.get_by_role("link", name="Remove “ORD-5”").click()
    expect(rows).to_have_count(50)


def test_filtering_and_saving_a_view(orders: None, page: Page) -> None:
    page.goto(ORDERS)
    page.get_by_role("button", name="Filters").press("Enter")
    page.get_by_label("Shipped").check()
    page.get_by_role("button", name="Apply Filters").click()
    expect(page.locator("#result_list tbody")).to_have_count(1)
    page.get_by_text("+ Save view").click()
    page.get_by_label("Name").fill("On their way")
    page.get_by_label("Share with everybody").check()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("link", name="On their way")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator("#result_list tbody")).to_have_count(50)
    page.get_by_role("link", name="On their way").click()
    expect(page.locator("#result_list tbody")).to_have_count(1)


def test_exporting_all_that_match_by_selecting_across_pages(orders: None, page: Page) -> None:
    page.goto(f"{ORDERS}?q=john")
    page.locator("#action-toggle").check()
    page.get_by_text("Select all that match").click()
    page.get_by_label("Select action to run").select_option("export_csv")
    with page.expect_download() as download:
        page.get_by_role("button", name="Run").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + 59


def check_pages(page: Page) -> None:
    """Lists and pages, each without serious fault and within the window."""
    for address in (ORDERS, f"{ORDERS}?status=shipped", f"{ORDERS}?q=nobody", CUSTOMERS, PRODUCTS):
        page.goto(address)
        assert_sound(page)
    for address in (ORDERS, CUSTOMERS, PRODUCTS):
        page.goto(address)
        page.locator("#result_list tbody a").first.click()
        page.wait_for_url("**/change/**")
        assert_sound(page)


def assert_sound(page: Page) -> None:
    assert serious_violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def test_every_page(orders: None, page: Page) -> None:
    check_pages(page)


def test_every_page_narrow_and_dark(orders: None, page_of: PageOf, boss: User) -> None:
    check_pages(page_of(boss, viewport=NARROW, color_scheme="dark"))


def test_empty_lists(page: Page) -> None:
    for address in (ORDERS, CUSTOMERS, PRODUCTS):
        page.goto(address)
        assert_sound(page)
