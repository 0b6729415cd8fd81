"""No page reads more than it shows: calls to the engine are counted, and do not grow with what is stored."""

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("staff_site")
ORDERS, CUSTOMERS, PRODUCTS = "/admin/orders/order/", "/admin/customers/customer/", "/admin/orders/product/"
MOST_CALLS = {
    ORDERS: 5,
    f"{ORDERS}?status=received": 6,
    f"{ORDERS}?q=ORD": 8,
    f"{ORDERS}?q=brien": 9,
    f"{ORDERS}?product=BOX-1": 3,
    f"{ORDERS}?o=-total": 6,
    f"{ORDERS}?o=-total&amount_from=20": 2,
    f"{ORDERS}?o=-total&contact=somebody": 2,
    f"{ORDERS}?segment=Dormant": 4,
    CUSTOMERS: 5,
    f"{CUSTOMERS}?segment=VIP": 3,
    f"{CUSTOMERS}?q=ann": 3,
    PRODUCTS: 2,
}


@pytest.mark.parametrize("address", MOST_CALLS)
def test_lists(shop: None, boss: Client, engine_calls: list[str], address: str) -> None:
    assert boss.get(address).status_code == 200
    assert "scan" not in engine_calls
    assert len(engine_calls) <= MOST_CALLS[address], engine_calls


def test_pages(shop: None, boss: Client, engine_calls: list[str]) -> None:
    for address, most in ((ORDERS, 3), (CUSTOMERS, 5), (PRODUCTS, 7)):
        key = boss.get(address).context["cl"].result_list[0].pk
        engine_calls.clear()
        assert boss.get(f"{address}{key}/change/").status_code == 200
        assert len(engine_calls) <= most, (address, engine_calls)
