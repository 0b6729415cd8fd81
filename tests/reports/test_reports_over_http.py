"""What several reports share over HTTP: files, filters, ranges, what is refused, log lines, the note of a rebuild."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from packprod.dates import utc_now
from packprod.readmodels.rebuild.definitions import record_built
from tests.http_clients import get

pytestmark = pytest.mark.usefixtures("unthrottled")


def csv_rows(reader: Client, address: str) -> list[dict[str, str]]:
    answer: Any = reader.get(address)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_lists_as_files(reader: Client, regular: str) -> None:
    expected = get(reader, "/api/reports/overdue")["data"]
    for address in ("/api/reports/overdue", f"/api/customers/{regular}/reorders"):
        rows = csv_rows(reader, f"{address}?format=csv")
        assert [(row["Product code"], row["Expected"], row["Days overdue"]) for row in rows] == [
            (row["productCode"], row["nextExpectedDate"], str(row["daysOverdue"])) for row in expected
        ]
    assert csv_rows(reader, "/api/reports/overdue?format=csv&state=lost") == []
    assert reader.get("/api/customers/nobody/reorders?format=csv").status_code == 404
    assert reader.get("/api/reports/overdue?format=csv&limit=1").status_code == 400
    cohorts = csv_rows(reader, "/api/reports/cohorts?format=csv")
    assert cohorts[0]["Of the cohort (%)"] == "100.0"
    assert sum(int(row["Orders"]) for row in cohorts) == 3


def test_filters(reader: Client, regular: str) -> None:
    sales = get(reader, "/api/reports/sales?product=TAPE")["data"]
    assert (sales["totals"]["orders"], sales["totals"]["revenue"]) == (3, "7.50")
    assert get(reader, "/api/reports/sales?segment=New")["data"]["totals"]["revenue"] == "15.00"
    assert get(reader, "/api/reports/sales?segment=VIP")["data"]["totals"]["orders"] == 0
    overview = get(reader, "/api/reports/overview?segment=New")["data"]
    assert (overview["orders"], overview["newCustomers"]) == (3, 1)
    assert "topProducts" not in overview


@pytest.mark.parametrize("period", ["from=2014-01-01&to=2199-12-31", "from=1900-01-01&to=2200-01-01"])
def test_any_range_is_covered_by_months(reader: Client, regular: str, period: str) -> None:
    for report in ("overview", "sales", "sales?granularity=month&compare=year", "products"):
        data = get(reader, f"/api/reports/{report}{'&' if '?' in report else '?'}{period}")["data"]
        orders = data[0]["orders"] if report == "products" else data.get("totals", data)["orders"]
        assert orders == 3, report
    tomorrow, years = utc_now() + timedelta(days=2), 366 * 10
    ten_years = f"from={tomorrow - timedelta(days=years - 1):%Y-%m-%d}&to={tomorrow:%Y-%m-%d}"
    assert get(reader, f"/api/reports/sales?granularity=day&{ten_years}")["data"]["totals"]["orders"] == 3


@pytest.mark.parametrize(
    ("address", "field", "code"),
    [
        ("/api/reports/sales?product=TAPE&segment=New", "segment", "not_exact"),
        ("/api/reports/overview?product=TAPE", "product", "not_exact"),
        ("/api/reports/products?segment=New", "segment", "not_exact"),
        ("/api/reports/sales?from=2014-01-01&to=2025-10-31&granularity=week", "granularity", "out_of_range"),
        ("/api/reports/sales?from=1899-12-31", "from", "out_of_range"),
        ("/api/reports/sales?to=9999-12-31", "to", "out_of_range"),
        ("/api/reports/sales?to=2025-02-30", "to", "invalid"),
        ("/api/reports/statistics?compare=year", "compare", "needs_period"),
        ("/api/reports/statistics?from=2025-10-02&to=2025-10-01", "to", "before_from"),
        ("/api/reports/sales?segment=Gold", "segment", "invalid_choice"),
        ("/api/reports/sales?product=" + "x" * 301, "product", "too_long"),
        ("/api/reports/overdue?state=late", "state", "invalid_choice"),
        ("/api/reports/overdue?cursor=forged", "cursor", "invalid_cursor"),
        ("/api/reports/overdue?contactID=" + "x" * 301, "contactID", "too_long"),
        ("/api/reports/cohorts?from=2025-1", "from", "invalid"),
        ("/api/reports/cohorts?from=2025-13", "from", "invalid"),
        ("/api/reports/cohorts?from=2025-10-01", "from", "invalid"),
        ("/api/reports/cohorts?from=2025-10&to=2025-09", "to", "before_from"),
        ("/api/reports/cohorts?from=2010-01&to=2025-09", "from", "out_of_range"),
        ("/api/reports/cohorts?month=2025-01", "month", "unknown_parameter"),
    ],
)
def test_what_is_refused_and_why(reader: Client, address: str, field: str, code: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 400
    (problem,) = answer.json()["error"]["details"]
    assert (problem["field"], problem["code"]) == (field, code)


def test_log_lines(reader: Client, regular: str, log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    for address in ("products/TAPE", f"customers/{regular}/reorders", "reports/overdue", "reports/cohorts"):
        reader.get(f"/api/{address}")
    events = {line["event"] for line in log_lines()}
    assert {
        "Cache HIT for getProduct - 1 items",
        "Cache HIT for listCustomerReorders - 2 items",
        "Cache HIT for reportOverdue - 2 items",
        "Cache HIT for reportCohorts - 12 items",
    } <= events


def test_reports_say_while_figures_are_those_of_another_time_zone(reader: Client, settings: Settings) -> None:
    reports = [f"/api/reports/{name}" for name in ("overview", "products", "sales", "statistics", "cohorts")]
    record_built()
    assert [address for address in reports if "rebuilding" in get(reader, address)["meta"]] == []
    settings.PACKPROD_TIME_ZONE = "Africa/Cairo"
    assert [address for address in reports if not get(reader, address)["meta"].get("rebuilding")] == []


def test_what_a_day_may_be_is_said(reader: Client) -> None:
    answer = reader.get("/api/reports/products?to=9999-12-31")
    assert answer.status_code == 400
    assert "from 1900-01-01 to 2200-01-01" in answer.json()["detail"]
    months = reader.get("/api/reports/cohorts?from=2000-01&to=2025-10")
    assert "at most 120 at once: from=2015-11" in months.json()["detail"]
