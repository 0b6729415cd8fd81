"""Data health names odd orders: how many of each kind, with a link that finds them."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from orders.lists.counting import Tally
from packprod.readmodels.rebuild.definitions import record_built
from reports.health.odd import shifted_senders
from tests.orders.foreign import put_order

pytestmark = pytest.mark.usefixtures("staff_site")
PAGE = "/admin/reports/datahealth/"
LIST = "/admin/orders/order/"
LINE = [{"productCode": "A", "quantity": Decimal(7), "unitPrice": Decimal(1)}]
Caught = Callable[[], None]


def put(order_id: str, **changes: Any) -> None:
    put_order(**{"orderID": order_id, "orderReference": order_id, "items": LINE, "total": Decimal(7)} | changes)


def odd_check(client: Client) -> dict[str, Any]:
    checks = client.get("/api/health/data").json()["data"]["checks"]
    found: dict[str, Any] = next(one for one in checks if one["name"] == "oddOrders")
    return found


def test_nothing_is_odd(boss: Client, client_id: str, caught_up: Caught) -> None:
    put("plain")
    caught_up()
    assert (odd_check(boss)["state"], odd_check(boss)["value"]) == ("green", "None")


@pytest.fixture
def odd(client_id: str, caught_up: Caught) -> None:
    record_built()
    put("PLAIN")
    put("NOISE", total=Decimal("7.000000001"))
    put("HELD", status="on-hold")
    put("LATER", createdAt="2099-01-01T00:00:00Z")
    for number in range(20):
        put(f"CRM-{number}", source="crm", createdAt=f"2025-10-{number + 1:02d}T{number % 3 + 8:02d}:30:00Z")
    caught_up()


def test_each_kind_is_named_with_its_number(boss: Client, odd: None) -> None:
    check = odd_check(boss)
    assert check["state"] == "amber"
    assert check["figures"] == {
        "counts": {"future": 1, "unknown_status": 1, "rounded": 1},
        "statuses": {"on-hold": 1},
        "localTimeSenders": ["crm"],
    }
    assert check["value"] == (
        "crm seems to send local time as UTC; Unknown status “on-hold”: 1; Dated in the future: 1; Amounts rounded: 1"
    )


def test_rounded_amounts_are_named_but_nothing_to_look_into(boss: Client, client_id: str, caught_up: Caught) -> None:
    put("NOISE", total=Decimal("7.000000001"))
    caught_up()
    assert (odd_check(boss)["state"], odd_check(boss)["value"]) == ("green", "Amounts rounded: 1")


def test_links_find_them(boss: Client, odd: None) -> None:
    page = boss.get(PAGE).content.decode()
    for query, reference in (("odd=future", "LATER"), ("odd=rounded", "NOISE"), ("status=on-hold", "HELD")):
        assert f"{LIST}?{query}" in page
        listed = boss.get(f"{LIST}?{query}")
        assert [row.order.order_reference for row in listed.context["cl"].result_list] == [reference]
    assert f"{LIST}?source=crm" in page


def test_the_order_says_what_is_odd(boss: Client, odd: None) -> None:
    assert "Amounts rounded" in boss.get(f"{LIST}NOISE/change/").content.decode()
    assert "Dated in the future" in boss.get(f"{LIST}LATER/change/").content.decode()
    assert boss.get("/api/orders/NOISE").json()["data"]["odd"] == ["rounded"]
    assert boss.get("/api/orders/PLAIN").json()["data"]["odd"] == []


def test_filters_of_the_api(boss: Client, odd: None) -> None:
    def references(query: str) -> list[str]:
        return [one["orderReference"] for one in boss.get(f"/api/orders?{query}").json()["data"]]

    assert references("odd=future") == ["LATER"]
    assert references("odd=rounded") == ["NOISE"]
    assert references("odd=zero") == []
    assert references("status=On-Hold") == ["HELD"]
    assert boss.get("/api/orders?odd=nonsense").status_code == 400
    assert boss.get("/api/orders?status=nonsense").status_code == 400


def test_the_list_offers_stored_statuses_and_counts(boss: Client, odd: None) -> None:
    page = boss.get(LIST).content.decode()
    assert 'value="on-hold"' in page
    assert "1 order" in " ".join(boss.get(f"{LIST}?odd=rounded").content.decode().split())
    assert boss.get(f"{LIST}?status=nonsense", follow=True).redirect_chain


def test_a_sender_is_judged_by_its_latest_orders() -> None:
    wrong, right = Tally(senders={"crm": Counter(shifted=30)}), Tally(senders={"crm": Counter(day=25)})
    few = Tally(senders={"crm": Counter(day=4)})
    assert shifted_senders([wrong]) == ["crm"]
    assert shifted_senders([wrong, right]) == ["crm"]  # the newest month first
    assert shifted_senders([right, wrong]) == []
    assert shifted_senders([few, wrong]) == ["crm"]
