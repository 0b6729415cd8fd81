"""No page reads more than it shows: calls to the engine are counted, and do not grow with what is stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from packprod.dynamodb import client, reads

ORDERS, CUSTOMERS, PRODUCTS = "/admin/orders/order/", "/admin/customers/customer/", "/admin/orders/product/"
MOST_CALLS = {
    ORDERS: 5,
    f"{ORDERS}?status=received": 6,
    f"{ORDERS}?q=ORD": 7,
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


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the operations sent to the engine."""
    sent: list[str] = []
    real: Callable[..., Any] = client.call

    def counted(operation: str, **parameters: Any) -> Any:
        sent.append(operation)
        return real(operation, **parameters)

    monkeypatch.setattr(reads, "call", counted)
    return sent


@pytest.mark.parametrize("address", MOST_CALLS)
def test_lists(shop: None, boss: Client, calls: list[str], address: str) -> None:
    assert boss.get(address).status_code == 200
    assert "scan" not in calls
    assert len(calls) <= MOST_CALLS[address], calls


def test_pages(shop: None, boss: Client, calls: list[str]) -> None:
    for address, most in ((ORDERS, 3), (CUSTOMERS, 5), (PRODUCTS, 7)):
        key = boss.get(address).context["cl"].result_list[0].pk
        calls.clear()
        assert boss.get(f"{address}{key}/change/").status_code == 200
        assert len(calls) <= most, (address, calls)
