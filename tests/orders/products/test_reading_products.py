"""GET /api/products/{productCode} and the orders of a product."""

import pytest
from django.test import Client

from tests.http_clients import get

pytestmark = pytest.mark.usefixtures("unthrottled")


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_product(reader: Client, regular: str, slash: str) -> None:
    data = get(reader, f"/api/products/BOX/A4{slash}")["data"]
    assert (data["productCode"], data["revenue"], data["orders"]) == ("BOX/A4", "7.50", 3)
    assert data["boughtTogether"] == [{"productCode": "TAPE", "description": "A TAPE", "orders": 3}]
    assert len(get(reader, f"/api/products/BOX/A4/orders{slash}")["data"]) == 3
    assert reader.get("/api/products/BOX").status_code == 404
    assert reader.get("/api/products/TAPE?x=1").status_code == 400
