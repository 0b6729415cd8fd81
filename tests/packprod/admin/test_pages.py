"""The pages of an order, a customer, a product: what they show, for whom, and what becomes of a deleted row."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import NotSupportedError
from django.test import Client

from orders.models import Order
from orders.tables import WebOrder

pytestmark = pytest.mark.usefixtures("staff_site")
ORDERS, CUSTOMERS, PRODUCTS = "/admin/orders/order/", "/admin/customers/customer/", "/admin/orders/product/"


def text(answer: Any) -> str:
    """The page's text with single spaces."""
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


@pytest.fixture
def order(make_order: Callable[..., Any], imported: Callable[..., Any], caught_up: Callable[..., None]) -> Any:
    """One order with an address and a product whose code needs quoting."""
    payload = make_order(
        "ORD-1",
        items=[
            {"productCode": "BOX/A4 #1", "description": "Box <b>", "quantity": 2, "unitPrice": "1.25"},
            {"productCode": "TAPE", "quantity": 1, "unitPrice": "3.00"},
        ],
        tax="0.55",
        shippingAddress={"postcode": "2100", "street": "37 O'Riordan Street", "city": "Brookvale"},
    )
    (result,) = imported(payload)
    caught_up()
    return result.outcome


def test_an_order(order: Any, boss: Client) -> None:
    page = text(boss.get(f"{ORDERS}{order.order_id}/change/"))
    for expected in ("ORD-1", "Box &lt;b&gt;", "$2.50", "$6.05", "37 O&#x27;Riordan Street, Brookvale, 2100"):
        assert expected in page
    assert f"{CUSTOMERS}{order.contact_id}/change/" in page
    assert "Customer, lifetime" in page
    assert f"{PRODUCTS}BOX_2FA4%20_231/change/" in page


def test_a_customer(order: Any, boss: Client) -> None:
    page = text(boss.get(f"{CUSTOMERS}{order.contact_id}/change/"))
    for expected in (
        "John Smith",
        "Acme Corp",
        "$6.05",
        "ORD-1",
        "TAPE",
        "Spend by month",
        "As of",
        f"?contact={order.contact_id}",
    ):
        assert expected in page


def test_a_product_with_an_odd_code(order: Any, boss: Client) -> None:
    (row,) = boss.get(f"{PRODUCTS}?q=a4").context["cl"].result_list
    assert row.product_code == "BOX/A4 #1"
    page = text(boss.get(f"{PRODUCTS}BOX_2FA4 _231/change/"))
    for expected in ("Box &lt;b&gt;", "$2.50", "Customers who buy it", "Acme Corp", "ORD-1"):
        assert expected in page


@pytest.mark.parametrize(
    ("sort", "expected"), [("-revenue", "TAPE"), ("-units", "BOX/A4 #1"), ("product_code", "BOX/A4 #1")]
)
def test_products_are_sorted(order: Any, boss: Client, sort: str, expected: str) -> None:
    assert boss.get(f"{PRODUCTS}?o={sort}").context["cl"].result_list[0].product_code == expected


def test_panels_leave_out_what_one_may_not_see(order: Any, staff_with: Callable[..., Client]) -> None:
    page = text(staff_with("orders.view_order").get(f"{ORDERS}{order.order_id}/change/"))
    assert "Customer, lifetime" not in page
    assert CUSTOMERS not in page
    assert PRODUCTS not in page
    customer = text(staff_with("customers.view_customer", name="kim").get(f"{CUSTOMERS}{order.contact_id}/change/"))
    assert "ORD-1" not in customer
    assert "Spend by month" not in customer


def test_a_row_deleted_between_list_and_click(order: Any, boss: Client) -> None:
    WebOrder(order.order_id).delete()
    answer = boss.get(f"{ORDERS}{order.order_id}/change/", follow=True)
    assert answer.redirect_chain[0][1] == 302
    assert "doesn’t exist. Perhaps it was deleted?" in text(answer)
    assert boss.get(f"{ORDERS}{'x' * 3000}/change/").status_code == 302
    assert boss.get(f"{ORDERS}{order.order_id}/history/").status_code == 302


def test_nothing_is_written_through_a_face(order: Any, boss: Client) -> None:
    url = f"{ORDERS}{order.order_id}/change/"
    before = WebOrder.get(order.order_id).wire()
    assert boss.post(url, {"order_id": "other", "_save": "Save"}).status_code == 405
    assert WebOrder.get(order.order_id).wire() == before
    assert boss.post(f"{ORDERS}{order.order_id}/delete/", {"post": "yes"}).status_code == 403
    assert boss.get(f"{ORDERS}add/").status_code == 403
    for refused in (Order().save, Order().delete, Order().refresh_from_db, Order.objects.all):
        with pytest.raises(NotSupportedError):
            refused()


def test_the_keyboard_finds_its_way(boss: Client, shop: None) -> None:
    """The first stop skips the menu; the filters' first field is one that is seen, as a search goes along hidden."""
    page = boss.get("/admin/orders/order/?q=ORD-7").content.decode()
    first_link = re.findall(r"<a [^>]*>", page[page.index("<body") :])[0]
    assert 'href="#content"' in first_link
    assert 'id="content"' in page
    assert "#changelist-filter :is(input:not([type=hidden]), select)" in page
    first_field = re.findall(r"<(?:input|select)[^>]*>", page[page.index('id="filter-form"') :])[0]
    assert first_field.startswith('<input type="hidden" name="q"')
