"""GET /api/reports/overdue, beside /api/customers/{contactID}/reorders."""

import pytest
from django.test import Client

from tests.http_clients import get

pytestmark = pytest.mark.usefixtures("unthrottled")


def test_reorders_and_overdue(reader: Client, regular: str) -> None:
    body = get(reader, f"/api/customers/{regular}/reorders")
    assert body["total"] == 2
    row = body["data"][0]
    assert (row["productCode"], row["medianGapDays"], row["orders"]) == ("BOX/A4", 7, 3)
    assert (row["state"], row["daysOverdue"], row["name"]) == ("overdue", 5, "John Smith")
    overdue = get(reader, "/api/reports/overdue")
    assert overdue["data"] == body["data"]
    assert overdue["meta"]["source"] == "projection"
    assert get(reader, "/api/reports/overdue?state=lost")["data"] == []
    assert get(reader, "/api/reports/overdue?productCode=TAPE&state=all")["data"] == body["data"][1:]
    assert get(reader, "/api/reports/overdue?contactID=nobody")["data"] == []
    assert reader.get("/api/customers/nobody/reorders").status_code == 404


def test_overdue_pages(reader: Client, regular: str) -> None:
    first = get(reader, "/api/reports/overdue?limit=1")
    cursor = first["pagination"]["nextCursor"]
    second = get(reader, f"/api/reports/overdue?limit=1&cursor={cursor}")
    assert [row["productCode"] for row in first["data"] + second["data"]] == ["BOX/A4", "TAPE"]
    assert second["pagination"]["nextCursor"] is None
    assert reader.get(f"/api/reports/overdue?limit=1&order=desc&cursor={cursor}").status_code == 400
