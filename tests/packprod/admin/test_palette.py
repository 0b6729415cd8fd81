"""Ctrl-K: finds what the lists' search boxes find, for who may open them, and says when there is nothing."""

import pytest
from django.test import Client

from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")


def found(client: Client, text: str) -> list[tuple[str, str]]:
    """Titles and addresses of what is offered."""
    results = client.get("/admin/search/", {"s": text, "extended": "1"}).context["results"]
    return [(one.title, one.link) for one in results]


def test_orders_customers_and_products_are_found(boss: Client, shop: None) -> None:
    assert [title for title, _ in found(boss, "ord-7")] == ["ORD-7"]
    (address,) = [link for _, link in found(boss, "ord-7")]
    assert boss.get(address).status_code == 200
    assert "Ann Ng" in [title for title, _ in found(boss, "ann")]
    assert "BOX-1" in [title for title, _ in found(boss, "BOX-1")]
    assert len([title for title, _ in found(boss, "ORD-") if title.startswith("ORD-")]) == 5  # the first few


def test_nothing_found_is_said(boss: Client, shop: None) -> None:
    page = boss.get("/admin/search/", {"s": "<b>PP-1", "extended": "1"}).content.decode()
    assert "Nothing was found for “&lt;b&gt;PP-1”." in page


def test_only_what_one_may_open(staff_with: MakeStaff, shop: None) -> None:
    assert found(staff_with("customers.view_customer"), "ord-7") == []
    (title,) = [title for title, _ in found(staff_with("customers.view_customer", name="kim"), "ann")]
    assert title == "Ann Ng"
    assert Client().get("/admin/search/", {"s": "ord-7", "extended": "1"}).status_code == 302
