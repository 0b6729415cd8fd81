"""GET /api/reports/cohorts."""

import pytest
from django.test import Client

from tests.http_clients import get

pytestmark = pytest.mark.usefixtures("unthrottled")


def test_cohorts(reader: Client, regular: str) -> None:
    data = get(reader, "/api/reports/cohorts")["data"]
    assert len(data["cohorts"]) == 12
    (cohort,) = [one for one in data["cohorts"] if one["customers"]]
    assert cohort["months"][0]["retention"] == "100.0"
    assert sum(one["orders"] for one in cohort["months"]) == 3
    assert get(reader, "/api/reports/cohorts?from=2024-12&to=2025-01")["data"]["cohorts"] == [
        {"month": "2024-12", "customers": 0, "months": []},
        {"month": "2025-01", "customers": 0, "months": []},
    ]
