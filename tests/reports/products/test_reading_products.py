"""GET /api/reports/products, beside the period before or the year before."""

from decimal import Decimal

import pytest
from django.test import Client

from tests.reports.compared_shop import OCTOBER, get

pytestmark = pytest.mark.usefixtures("unthrottled")


def test_products_beside_the_period_before(reader: Client, shop_to_compare: None) -> None:
    box, tape = get(reader, f"/api/reports/products?{OCTOBER}")  # TUBE was sold only before
    assert (box["productCode"], box["orders"], box["units"], box["revenue"]) == ("BOX", 2, 3, Decimal("7.50"))
    assert box["previous"] == {"units": 2, "revenue": Decimal("5.00"), "orders": 1}
    assert box["change"] == {"units": Decimal("50.0"), "revenue": Decimal("50.0"), "orders": Decimal("100.0")}
    assert tape["previous"] == {"units": 0, "revenue": 0, "orders": 0}
    assert tape["change"] == {"units": None, "revenue": None, "orders": None}


def test_products_beside_the_year_before(reader: Client, shop_to_compare: None) -> None:
    box, tape = get(reader, f"/api/reports/products?{OCTOBER}&compare=year")
    assert box["change"]["revenue"] is None
    assert tape["change"] == {"units": Decimal("-87.5"), "revenue": Decimal("-87.5"), "orders": Decimal("0.0")}
