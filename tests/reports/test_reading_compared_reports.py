"""GET /api/reports/products and statistics of a period, beside the one before or the year before."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("unthrottled")
OCTOBER = "from=2025-10-01&to=2025-10-31"
_DAYS = (  # customer, day, product, quantity of 2.50 each
    ("ann", "2024-10-05", "TAPE", 8),
    ("ann", "2025-09-10", "BOX", 2),
    ("bob", "2025-09-11", "TUBE", 9),
    ("ann", "2025-10-01", "BOX", 1),
    ("ann", "2025-10-31", "BOX", 2),
    ("cat", "2025-10-20", "TAPE", 1),
)


@pytest.fixture
def shop(imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[[], None]) -> None:
    imported(*(_order(make_order, number, *told) for number, told in enumerate(_DAYS)))
    caught_up()


def _order(make_order: Callable[..., Any], number: int, who: str, day: str, code: str, quantity: int) -> dict[str, Any]:
    items = [{"productCode": code, "description": code, "quantity": quantity, "unitPrice": "2.50"}]
    order = make_order(f"C-{number}", email=f"{who}@example.com", createdAt=f"{day}T01:00:00Z", items=items)
    return dict(order)


def get(reader: Client, address: str) -> Any:
    answer = reader.get(address)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content, parse_float=Decimal)["data"]


def test_products_beside_the_period_before(reader: Client, shop: None) -> None:
    box, tape = get(reader, f"/api/reports/products?{OCTOBER}")  # TUBE was sold only before
    assert (box["productCode"], box["orders"], box["units"], box["revenue"]) == ("BOX", 2, 3, Decimal("7.50"))
    assert box["previous"] == {"units": 2, "revenue": Decimal("5.00"), "orders": 1}
    assert box["change"] == {"units": Decimal("50.0"), "revenue": Decimal("50.0"), "orders": Decimal("100.0")}
    assert tape["previous"] == {"units": 0, "revenue": 0, "orders": 0}
    assert tape["change"] == {"units": None, "revenue": None, "orders": None}


def test_products_beside_the_year_before(reader: Client, shop: None) -> None:
    box, tape = get(reader, f"/api/reports/products?{OCTOBER}&compare=year")
    assert box["change"]["revenue"] is None
    assert tape["change"] == {"units": Decimal("-87.5"), "revenue": Decimal("-87.5"), "orders": Decimal("0.0")}


def test_statistics_of_a_period(reader: Client, shop: None) -> None:
    found = get(reader, f"/api/reports/statistics?{OCTOBER}")
    assert (found["orders"], found["revenue"], found["customers"]) == (3, Decimal("10.00"), 2)
    assert (found["repeatRate"], found["ordersPerCustomer"]) == (Decimal("50.0"), Decimal("1.50"))
    assert (found["firstOrderDate"], found["lastOrderDate"]) == ("2025-10-01T01:00:00Z", "2025-10-31T01:00:00Z")
    assert found["ordersByWeekday"] == [1, 0, 1, 0, 1, 0, 0]
    assert found["segments"] == get(reader, "/api/reports/statistics")["segments"]
    before = found["previous"]
    assert before["period"] == {"from": "2025-08-31", "to": "2025-09-30", "timeZone": "Australia/Sydney"}
    assert (before["orders"], before["repeatRate"], before["revenue"]) == (2, 0, Decimal("27.50"))
    assert found["change"]["orders"] == Decimal("50.0")
    assert found["change"]["repeatRate"] is None  # of 0


def test_statistics_without_a_period_are_of_all_time(reader: Client, shop: None) -> None:
    for address in ("/api/reports/statistics", "/api/reports/statistics?from=&to=&preset=&compare="):
        found = get(reader, address)
        assert found["orders"] == len(_DAYS)
        assert (found["period"], found["previous"], found["change"]) == (None, None, None)


def test_statistics_of_a_period_without_orders(reader: Client, shop: None) -> None:
    found = get(reader, "/api/reports/statistics?from=2025-08-01&to=2025-08-31&compare=year")
    assert (found["orders"], found["revenue"], found["medianOrderValue"]) == (0, 0, None)
    assert (found["firstOrderDate"], set(found["change"].values())) == (None, {None})


def test_what_a_day_may_be_is_said(reader: Client) -> None:
    answer = reader.get("/api/reports/products?to=9999-12-31")
    assert answer.status_code == 400
    assert "from 1900-01-01 to 2200-01-01" in answer.json()["detail"]
    months = reader.get("/api/reports/cohorts?from=2000-01&to=2025-10")
    assert "at most 120 at once: from=2015-11" in months.json()["detail"]
