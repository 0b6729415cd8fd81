"""The pages of a customer and a product: one description of a product everywhere, dates that say how late they are."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("staff_site")
CUSTOMERS, PRODUCTS = "/admin/customers/customer/", "/admin/orders/product/"
Line = dict[str, Any]


def line(code: str, description: str) -> Line:
    return {"productCode": code, "description": description, "quantity": 1, "unitPrice": "2.00"}


@pytest.fixture
def customer(
    make_order: Callable[..., Any],
    imported: Callable[..., Any],
    caught_up: Callable[..., None],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """Three orders of a box, 10 days apart, the last 15 days ago; somebody else then has it by another description."""
    monkeypatch.setattr("packprod.admin.model_admin.utc_now", lambda: now)
    orders = [
        make_order(
            f"ORD-{days}",
            createdAt=(now - timedelta(days=days)).isoformat(),
            items=[line("BOX-1", "Old words"), line("TAPE", "Tape")],
        )
        for days in (35, 25, 15)
    ]
    newest = make_order(
        "ORD-2",
        createdAt=(now - timedelta(days=2)).isoformat(),
        customer={"name": "Bob", "email": "bob@example.com", "company": "Boxes & Co."},
        items=[line("BOX-1", "New words")],
    )
    (first, *_) = imported(*orders, newest)
    caught_up()
    return str(first.outcome.contact_id)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_product_has_one_description(customer: str, boss: Client) -> None:
    shown = page(boss, f"{CUSTOMERS}{customer}/change/")
    assert "Old words" not in shown
    assert shown.count("New words") == 2  # expected to reorder, products bought
    assert "New words" in page(boss, PRODUCTS)
    assert "Old words" not in page(boss, f"{PRODUCTS}TAPE/change/")  # among what is bought together


def test_an_expected_day_that_has_passed_says_so(customer: str, boss: Client) -> None:
    shown = page(boss, f"{CUSTOMERS}{customer}/change/")
    assert shown.count("5 days overdue") == 3  # the customer, and both products
    assert "every 10 days" in shown
    assert "All overdue" in shown
    in_list = page(boss, CUSTOMERS)
    assert in_list.count("5 days overdue") == 1


def test_the_link_to_the_overdue_page_is_for_who_may_open_it(customer: str, staff_with: Callable[..., Client]) -> None:
    shown = page(staff_with("customers.view_customer"), f"{CUSTOMERS}{customer}/change/")
    assert "New words" in shown
    assert "All overdue" not in shown
    assert "Spend by month" not in shown


def test_a_products_customers_are_linked(customer: str, boss: Client) -> None:
    shown = page(boss, f"{PRODUCTS}BOX-1/change/")
    links = re.findall(rf'<a class="pp-link" href="{CUSTOMERS}([^/]+)/change/">([^<]+)</a>', shown)
    assert links.count((customer, "Acme Corp")) == 4  # three orders, and among the customers
    assert "Boxes &amp; Co." in {name for _, name in links}
    overdue = boss.get("/admin/reports/overduereorders/?productCode=BOX-1")
    assert f'href="{overdue.request["PATH_INFO"]}?productCode=BOX-1"' in shown


def test_who_may_not_see_customers_gets_names_without_links(customer: str, staff_with: Callable[..., Client]) -> None:
    shown = page(staff_with("orders.view_order", "orders.view_product"), f"{PRODUCTS}BOX-1/change/")
    assert "Acme Corp" in shown
    assert CUSTOMERS not in shown


def test_a_customer_without_orders_that_count_has_a_page(
    make_order: Callable[..., Any], imported: Callable[..., Any], caught_up: Callable[..., None], boss: Client
) -> None:
    chen = {"name": "Chen Wu", "email": "wu@example.com", "company": "Wu & Sons", "phone": "+61 2 5550 9876"}
    (result,) = imported(make_order("ORD-9", customer=chen, status="cancelled"))
    caught_up()
    address = f"{CUSTOMERS}{result.outcome.contact_id}/change/"
    for other in ("/admin/orders/order/", f"/admin/orders/order/{result.outcome.order_id}/change/"):
        assert f'href="{address}"' in page(boss, other)
    shown = page(boss, address)
    for text in ("Chen Wu", "wu@example.com", "Wu &amp; Sons", "+61 2 5550 9876", "No order of this customer counts"):
        assert text in shown, text
    assert f'href="/admin/orders/order/{result.outcome.order_id}/change/"' in shown
    assert "Spend by month" not in shown
    assert boss.get(f"{CUSTOMERS}{result.outcome.contact_id}/history/").status_code == 200
    assert "Chen Wu" not in page(boss, CUSTOMERS)
    assert "Chen Wu" not in page(boss, f"{CUSTOMERS}?q=chen")
    rebuilt = boss.post(f"{CUSTOMERS}{result.outcome.contact_id}/rebuild/", follow=True)
    assert "Chen Wu: every figure agrees with the orders." in rebuilt.content.decode()


@pytest.mark.parametrize("model", ["customers/customer", "orders/order", "orders/product"])
@pytest.mark.parametrize("key", ["nobody", "x" * 1_500])
def test_what_is_gone_leads_back_to_its_list(boss: Client, client_id: str, model: str, key: str) -> None:
    for view in ("change", "history"):
        answer = boss.get(f"/admin/{model}/{key}/{view}/?_changelist_filters=q%3Dann", follow=True)
        assert answer.redirect_chain == [(f"/admin/{model}/?q=ann", 302)]
        assert "Perhaps it was deleted?" in answer.content.decode()


def test_calls_of_a_customers_page(customer: str, boss: Client, engine_calls: list[str]) -> None:
    assert boss.get(f"{CUSTOMERS}{customer}/change/").status_code == 200
    assert engine_calls == ["batch_get_item", "query", "query", "query", "batch_get_item"]
