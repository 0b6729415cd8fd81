"""GET /api/reports/statistics of a period, beside the one before or the year before, and of all time."""

from decimal import Decimal

import pytest
from django.test import Client

from tests.reports.compared_shop import DAYS, OCTOBER, get

pytestmark = pytest.mark.usefixtures("unthrottled")


def test_statistics_of_a_period(reader: Client, shop_to_compare: None) -> None:
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


def test_statistics_without_a_period_are_of_all_time(reader: Client, shop_to_compare: None) -> None:
    for address in ("/api/reports/statistics", "/api/reports/statistics?from=&to=&preset=&compare="):
        found = get(reader, address)
        assert found["orders"] == len(DAYS)
        assert (found["period"], found["previous"], found["change"]) == (None, None, None)


def test_statistics_of_a_period_without_orders(reader: Client, shop_to_compare: None) -> None:
    found = get(reader, "/api/reports/statistics?from=2025-08-01&to=2025-08-31&compare=year")
    assert (found["orders"], found["revenue"], found["medianOrderValue"]) == (0, 0, None)
    assert (found["firstOrderDate"], set(found["change"].values())) == (None, {None})
