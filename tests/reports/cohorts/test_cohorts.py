"""Cohorts equal a loop over the orders: customers, orders, revenue and retention of every month."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from packprod.json_objects import to_plain
from packprod.months import Months, last_months
from reports.cohorts.report import cohorts_report
from tests.edited_shop import NOW, EditedShop
from tests.reports.naive import Told

TENTH = Decimal("0.1")


def naive_cohort(orders: list[Told], month: str, months: list[str], zone: str) -> dict[str, Any]:
    """`orders` oldest first."""
    born: dict[str, str] = {}
    for order in orders:
        born.setdefault(order.contact, month_of(order, zone))
    members = {contact for contact, first in born.items() if first == month}
    since = [one for one in months if one >= month] if members else []
    return {
        "month": month,
        "customers": len(members),
        "months": [naive_month([o for o in orders if o.contact in members], one, members, zone) for one in since],
    }


def naive_month(orders: list[Told], month: str, members: set[str], zone: str) -> dict[str, Any]:
    inside = [order for order in orders if month_of(order, zone) == month]
    active = len({order.contact for order in inside})
    return {
        "month": month,
        "customers": active,
        "orders": len(inside),
        "revenue": sum((order.total for order in inside), Decimal(0)),
        "retention": (Decimal(active) * 100 / len(members)).quantize(TENTH, ROUND_HALF_UP),
    }


def month_of(order: Told, zone: str) -> str:
    return order.day(zone).isoformat()[:7]


def calendar(first: date, last: date) -> list[str]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sorted({day.isoformat()[:7] for day in days})


def test_cohorts_equal_a_loop_over_the_orders(edited: EditedShop) -> None:
    orders, zone = edited.orders, edited.zone
    months = calendar(orders[0].day(zone) - timedelta(days=60), NOW.astimezone(ZoneInfo(zone)).date())
    report = to_plain(cohorts_report(months=Months(months[0], months[-1]), now=NOW))
    expected = [naive_cohort(orders, month, months, zone) for month in months]
    assert report["cohorts"] == expected
    assert sum(cohort["customers"] for cohort in expected) == len({order.contact for order in orders})
    assert len({cohort["month"] for cohort in expected if cohort["customers"]}) > 3
    assert report["period"] == {"from": months[0], "to": months[-1], "timeZone": zone}


def test_a_later_present_adds_months_without_orders_and_changes_nothing_else(edited: EditedShop) -> None:
    months = last_months(24, until="2025-10")
    now, later = (to_plain(cohorts_report(months=months, now=at))["cohorts"] for at in (NOW, NOW + timedelta(days=62)))
    for before, after in zip(now, later, strict=True):
        assert after["customers"] == before["customers"]
        assert after["months"][: len(before["months"])] == before["months"]
        added = after["months"][len(before["months"]) :]
        assert [one["month"] for one in added] == (["2025-11", "2025-12"] if before["customers"] else [])
        assert all((one["customers"], one["orders"], one["retention"]) == (0, 0, 0) for one in added)


def test_an_order_dated_ahead_is_in_its_cohort_and_its_month(
    imported: Any, caught_up: Any, make_order: Any, now: Any
) -> None:
    imported(make_order("A-1", createdAt="2025-09-30T13:59:59Z"), make_order("A-2", createdAt="2025-12-01T00:00:00Z"))
    caught_up()
    (cohort,) = to_plain(cohorts_report(months=Months("2025-09", "2025-09"), now=now))["cohorts"]
    assert [(one["month"], one["customers"]) for one in cohort["months"]] == [
        ("2025-09", 1),
        ("2025-10", 0),
        ("2025-11", 0),
        ("2025-12", 1),
    ]
