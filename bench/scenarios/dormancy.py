"""Figures that change with the days alone, and the example of the contract."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.payloads import imported, order, unique
from bench.product import Product
from bench.reading import customer, has, rows, seconds_until_customer
from bench.report import Report

ZONE = ZoneInfo("Australia/Sydney")
SEGMENTS = ("VIP", "Active", "New", "Dormant")
CHECK_SEEN = "5 · 1234.56 · 2025-01-15T14:20:00Z · 2025-10-20T10:30:00Z · Monthly"
CHECK_ROW = (
    ("2025-01-15T14:20:00Z", "234.56"),
    ("2025-03-20T01:00:00Z", "250.00"),
    ("2025-06-01T02:00:00Z", "250.00"),
    ("2025-08-08T03:00:00Z", "250.00"),
    ("2025-10-20T10:30:00Z", "250.00"),
)


def run(product: Product, report: Report) -> None:
    """Checks a customer of each segment, and the contract's example."""
    for name, days, total in (
        ("Dormant", 200, "20.00"),
        ("New", 3, "20.00"),
        ("Active", 90, "20.00"),
        ("VIP", 90, "5000.00"),
    ):
        segment(product, report, name=name, days=days, total=total)
    check_row(product, report)


def segment(product: Product, report: Report, *, name: str, days: int, total: str) -> None:
    """Checks that a customer with one order, `days` ago, is in the segment `name` and listed under no other."""
    http = product.access.http
    placed = datetime.now(UTC) - timedelta(days=days)
    contact = imported(http, order(total=total, createdAt=placed.isoformat(timespec="seconds")))["contactID"]
    seconds_until_customer(http, contact, has(1, total))
    time.sleep(1)
    row = customer(http, contact) or {}
    ago = (datetime.now(ZONE).date() - placed.astimezone(ZONE).date()).days
    seen = f"{row.get('segment')}, {row.get('lastOrderDaysAgo')} days ago"
    report.check(
        f"last order {days} days ago is {name}",
        (row.get("segment"), row.get("lastOrderDaysAgo")) == (name, ago),
        seen,
    )
    listed = {one: contact in {r["contactID"] for r in rows(http, "/api/customers", segment=one)} for one in SEGMENTS}
    expected = {one: one == name for one in SEGMENTS}
    report.check(
        f"{name} is listed under its segment only",
        listed == expected,
        [one for one in SEGMENTS if listed[one]],
    )
    everyone = {r["contactID"] for r in rows(http, "/api/customers")}
    report.check(f"{name} is in the whole list", contact in everyone)


def check_row(product: Product, report: Report) -> None:
    """Checks the contract's example: five orders, 1234.56. Its segment is left out, as it depends on today."""
    http, email = product.access.http, f"{unique('check.')}@example.com"
    for created_at, total in CHECK_ROW:
        contact = imported(http, order(email=email, total=total, createdAt=created_at))["contactID"]
    seconds_until_customer(http, contact, has(5, "1234.56"))
    row = customer(http, contact) or {}
    names = ("orderCount", "totalSpend", "firstOrderDate", "lastOrderDate", "purchaseFrequency")
    seen = " · ".join(str(row.get(name)) for name in names)
    report.check("the contract's check row", seen == CHECK_SEEN, seen)
