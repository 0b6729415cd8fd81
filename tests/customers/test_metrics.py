"""The contract's rules for a customer, at their edges."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.metrics import (
    CountedOrder,
    Metrics,
    last_order_days_ago,
    purchase_frequency,
    segment,
    segment_changes_on,
)
from customers.order_sums import customer_metrics
from packprod.dates import business_date

TODAY = date(2025, 10, 23)


def order(created_at: str, total: str = "10.00", reference: str = "R", **names: str) -> CountedOrder:
    fields = {"name": "", "email": "", "company": ""} | names
    return CountedOrder(created_at + reference, reference, datetime.fromisoformat(created_at), Decimal(total), **fields)


def metrics_of(*, first_days_ago: int = 100, last_days_ago: int = 3, count: int = 5, spend: str = "100") -> Metrics:
    noon = datetime(2025, 10, 23, 1, tzinfo=UTC)
    return Metrics(
        name="",
        email="",
        company="",
        order_count=count,
        total_spend=Decimal(spend),
        first_order_date=noon - timedelta(days=first_days_ago),
        last_order_date=noon - timedelta(days=last_days_ago),
        last_order_reference="R",
    )


def test_the_contracts_check_row() -> None:
    orders = [
        order("2025-01-15T14:20:00Z", "234.56"),
        *(order(f"2025-0{month}-02T00:00:00Z", "250") for month in (3, 5, 7)),
        order("2025-10-20T10:30:00Z", "250", reference="ORD-12345"),
    ]
    metrics = customer_metrics(orders, {})
    today = business_date(datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC))
    assert (metrics.order_count, metrics.total_spend) == (5, Decimal("1234.56"))
    assert segment(metrics, today=today) == "Active"
    assert last_order_days_ago(metrics, today=today) == 3
    assert purchase_frequency(metrics) == "Monthly"
    assert metrics.last_order_reference == "ORD-12345"


def test_the_order_of_orders_does_not_matter() -> None:
    orders = [order(f"2025-0{month}-02T00:00:00Z", f"{month}.10", reference=f"R{month}") for month in range(1, 8)]
    assert customer_metrics(orders, {}) == customer_metrics(orders[::-1], {})


def test_name_and_company_come_from_the_latest_order_that_says() -> None:
    orders = [order("2025-01-01T00:00:00Z", name="Old", company="Acme"), order("2025-02-01T00:00:00Z", name="New")]
    metrics = customer_metrics(orders, {})
    assert (metrics.name, metrics.company) == ("New", "Acme")


def test_what_the_contact_says_comes_first() -> None:
    orders = [order("2025-01-01T00:00:00Z", name="Old", company="Acme")]
    metrics = customer_metrics(orders, {"name": "Jane", "email": "jane@example.com"})
    assert (metrics.name, metrics.email, metrics.company) == ("Jane", "jane@example.com", "Acme")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"last_days_ago": 180}, "Active"),
        ({"last_days_ago": 181, "first_days_ago": 300}, "Dormant"),
        ({"last_days_ago": 181, "first_days_ago": 300, "spend": "9999"}, "Dormant"),
        ({"spend": "4999.99"}, "Active"),
        ({"spend": "5000"}, "VIP"),
        ({"count": 19}, "Active"),
        ({"count": 20}, "VIP"),
        ({"first_days_ago": 30}, "New"),
        ({"first_days_ago": 31}, "Active"),
        ({"first_days_ago": 5, "spend": "5000"}, "VIP"),
    ],
)
def test_segment(changes: dict[str, Any], expected: str) -> None:
    assert segment(metrics_of(**changes), today=TODAY) == expected


@pytest.mark.parametrize(
    ("gap_days", "expected"),
    [(14, "Weekly"), (14.01, "Monthly"), (75, "Monthly"), (75.01, "Quarterly"), (180, "Quarterly"), (180.01, "Yearly")],
)
def test_purchase_frequency_by_the_mean_gap(gap_days: float, expected: str) -> None:
    first = datetime(2024, 1, 1, tzinfo=UTC)
    orders = [order(first.isoformat()), order((first + timedelta(days=gap_days)).isoformat())]
    assert purchase_frequency(customer_metrics(orders, {})) == expected


def test_one_order_is_one_time() -> None:
    assert purchase_frequency(customer_metrics([order("2025-01-01T00:00:00Z")], {})) == "One-time"


def test_days_are_counted_in_the_business_calendar_over_the_end_of_daylight_saving() -> None:
    late = customer_metrics([order("2025-04-05T12:30:00Z")], {})  # 23:30 on the 5th in Sydney
    assert last_order_days_ago(late, today=date(2025, 4, 6)) == 1
    early = customer_metrics([order("2025-04-05T13:30:00Z")], {})  # 00:30 on the 6th
    assert last_order_days_ago(early, today=date(2025, 4, 6)) == 0


@pytest.mark.parametrize(
    "metrics",
    [
        metrics_of(),
        metrics_of(first_days_ago=10),
        metrics_of(first_days_ago=30, last_days_ago=30, count=1),
        metrics_of(spend="6000"),
        metrics_of(last_days_ago=180),
    ],
)
def test_the_segment_holds_until_the_day_it_is_said_to_change(metrics: Metrics) -> None:
    changes_on = segment_changes_on(metrics, today=TODAY)
    assert changes_on is not None
    before = segment(metrics, today=TODAY)
    assert segment(metrics, today=changes_on - timedelta(days=1)) == before
    assert segment(metrics, today=changes_on) != before


def test_dormant_is_for_good() -> None:
    assert segment_changes_on(metrics_of(last_days_ago=400, first_days_ago=500), today=TODAY) is None
