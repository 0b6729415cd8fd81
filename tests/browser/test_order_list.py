"""The list of orders in a real browser: with the keyboard, back and forth, narrow and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def orders(make_order: Callable[..., Any], imported: Callable[..., Any], caught_up: Callable[..., None]) -> None:
    """Sixty orders, more than a page."""
    imported(*(make_order(f"ORD-{number:02d}", createdAt=f"2025-10-20T10:{number:02d}:00Z") for number in range(60)))
    caught_up()


def test_searching_paging_and_going_back(orders: None, page: Page) -> None:
    page.goto("/admin/orders/order/")
    expect(page.locator("#result_list tbody")).to_have_count(50)
    page.get_by_role("link", name="Next ›").click()
    expect(page.locator("#result_list tbody")).to_have_count(10)
    page.get_by_role("link", name="ORD-03").click()
    page.wait_for_url("**/change/**")
    page.go_back()
    expect(page.locator("#page-count")).to_contain_text("51–60")
    page.get_by_role("link", name="‹ Previous").click()
    expect(page.locator("#page-count")).to_contain_text("1–50")
    page.keyboard.press("/")
    page.keyboard.type("ORD-5")
    page.keyboard.press("Enter")
    expect(page.locator("#result_list tbody")).to_have_count(10)
