"""The engine is away: a banner and a way to try again, with status 503; never an empty table."""

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("staff_site")
PAGES = [
    "/admin/orders/order/",
    "/admin/orders/order/?q=smith&status=shipped",
    "/admin/orders/order/?status=parked",
    "/admin/orders/order/something/change/",
    "/admin/orders/order/something/history/",
    "/admin/customers/customer/?segment=VIP",
    "/admin/customers/customer/somebody/change/",
    "/admin/orders/product/",
    "/admin/orders/product/BOX/change/",
]


@pytest.mark.parametrize("address", PAGES)
def test_reading(boss: Client, no_engine: None, address: str) -> None:
    answer = boss.get(address)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "cannot be reached" in page
    assert f'href="{address.replace("&", "&amp;")}"' in page
    assert "No orders" not in page
    assert "127.0.0.1" not in page
    assert 'href="/admin/customers/customer/"' in page  # the menu is still there


def test_an_action(boss: Client, no_engine: None) -> None:
    answer = boss.post("/admin/customers/customer/", {"action": "rebuild", "_selected_action": ["somebody"]})
    assert answer.status_code == 503
    assert "may not have been carried out" in answer.content.decode()


def test_what_needs_no_engine_still_answers(boss: Client, no_engine: None) -> None:
    assert boss.get("/admin/auth/user/").status_code == 200
    assert boss.get("/admin/orders/order/?from=never").status_code == 302
