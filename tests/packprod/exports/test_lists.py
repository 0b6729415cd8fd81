"""Every list as a file holds what its pages hold, in their order, exact, whatever the filters."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from packprod.readmodels.lists import pages
from tests.packprod.exports.reading import body_of, csv_rows, xlsx_rows
from tests.packprod.exports.shop import json_rows, open_shop

SYDNEY = ZoneInfo("Australia/Sydney")
Cells = list[Any]


@pytest.fixture
def shop(
    post: Callable[..., Any], caught_up: Callable[[], None], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_shop(post)
    caught_up()
    monkeypatch.setattr(pages, "ROWS_PER_READ", 5)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def order_cells(row: dict[str, Any]) -> Cells:
    customer = row["customer"]
    return [
        row["orderReference"],
        instant(row["createdAt"]),
        row["status"],
        *(customer[name] for name in ("name", "company", "email", "phone")),
        len(row["items"]),
        sum(item["quantity"] for item in row["items"]),
        *(row[name] for name in ("subtotal", "tax", "shipping", "discount", "total", "source", "orderID", "contactID")),
    ]


def line_cells(row: dict[str, Any]) -> list[Cells]:
    customer = row["customer"]
    return [
        [
            row["orderReference"],
            instant(row["createdAt"]),
            row["status"],
            *(customer[name] for name in ("name", "company", "email")),
            number,
            *(item[name] for name in ("productCode", "description", "quantity", "unitPrice", "lineTotal")),
            row["orderID"],
            row["contactID"],
        ]
        for number, item in enumerate(row["items"], start=1)
    ]


def product_cells(row: dict[str, Any]) -> Cells:
    figures = [row[name] for name in ("productCode", "description", "units", "revenue", "orders")]
    return [*figures, instant(row["firstOrderDate"]), instant(row["lastOrderDate"])]


def product_order_cells(row: dict[str, Any]) -> Cells:
    return [
        row["orderReference"],
        instant(row["createdAt"]),
        row["status"],
        *(row["customer"][name] for name in ("name", "company", "email")),
        *(row[name] for name in ("quantity", "lineTotal", "total", "orderID", "contactID")),
    ]


def next_expected(row: dict[str, Any]) -> Cells:
    """The day one mean gap behind the last order, and how many days ago that was; nothing after a single day."""
    first, last = (instant(row[name]).astimezone(SYDNEY) for name in ("firstOrderDate", "lastOrderDate"))
    if first.date() == last.date():
        return [None, None]
    gap = (last.astimezone(UTC) - first.astimezone(UTC)) / (row["orderCount"] - 1)
    expected = (last.astimezone(UTC) + gap).astimezone(SYDNEY).date()
    return [expected, max(0, (last.date() - expected).days + row["lastOrderDaysAgo"])]


def customer_cells(row: dict[str, Any]) -> Cells:
    return [
        *(row[name] for name in ("name", "company", "email", "segment", "orderCount", "totalSpend")),
        round(row["totalSpend"] / row["orderCount"], 2),
        instant(row["firstOrderDate"]),
        instant(row["lastOrderDate"]),
        *(row[name] for name in ("lastOrderReference", "lastOrderDaysAgo", "purchaseFrequency")),
        *next_expected(row),
        instant(row["lastUpdated"]),
        row["contactID"],
    ]


def reorder_cells(row: dict[str, Any]) -> Cells:
    return [
        *(row[name] for name in ("name", "company", "email", "productCode", "description", "orders", "occasions")),
        instant(row["lastOrderDate"]),
        row["medianGapDays"],
        date.fromisoformat(row["nextExpectedDate"]),
        *(row[name] for name in ("daysOverdue", "state", "contactID")),
    ]


def in_csv(cell: Any) -> str:
    """A cell as a file for people says it; what a spreadsheet would run has an apostrophe in front."""
    match cell:
        case None:
            return ""
        case datetime():
            return cell.astimezone(SYDNEY).isoformat()
        case str():
            return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell
    return str(cell)


def in_xlsx(cell: Any) -> Any:
    match cell:
        case datetime():
            return cell.astimezone(SYDNEY).replace(tzinfo=None)
        case date():
            return datetime.fromisoformat(f"{cell}")
        case str():
            return cell or None
    return cell


def from_xlsx(value: Any) -> Any:
    """Floats to the cent; dates without the milliseconds that Excel's days cannot hold exactly."""
    match value:
        case float():
            return round(Decimal(value), 2)
        case datetime():
            return value.replace(microsecond=round(value.microsecond, -4))
    return value


LISTS: list[tuple[str, Callable[[dict[str, Any]], Cells], int]] = [
    ("/api/orders", order_cells, 24),
    ("/api/orders?status=shipped", order_cells, 6),
    ("/api/orders?from=2025-09-05&to=2025-09-15", order_cells, 5),
    ("/api/orders?search=ORD-01", order_cells, 10),
    ("/api/orders?search=customer3@example.com&status=cancelled", order_cells, 2),
    ("/api/orders?status=shipped&from=2030-01-01", order_cells, 0),
    ("/api/customers/lambda/orders", order_cells, 1),
    ("/api/customers", customer_cells, 7),
    ("/api/customers?sort=name&order=asc", customer_cells, 7),
    ("/api/customers?search=customer3", customer_cells, 1),
    ("/api/customers?segment=Dormant", customer_cells, 7),
    ("/api/products", product_cells, 4),
    ("/api/products?sort=productCode&search=box-1", product_cells, 1),
    ("/api/products/BOX-1/orders", product_order_cells, 15),
    ("/api/reports/overdue?state=all", reorder_cells, 6),
    ("/api/reports/overdue?state=all&order=desc&productCode=BOX-0", reorder_cells, 3),
    ("/api/reports/overdue?state=all&search=acme&productCode=box-0", reorder_cells, 3),
    ("/api/reports/overdue?state=all&segment=Dormant", reorder_cells, 6),
    ("/api/reports/overdue?state=all&segment=VIP", reorder_cells, 0),
]


def as_file(reader: Client, path: str, file_format: str) -> bytes:
    return body_of(reader.get(f"{path}{'&' if '?' in path else '?'}format={file_format}"))


def assert_same(reader: Client, path: str, expected: list[Cells], *, query: str = "") -> None:
    """Both files, header and rows, cell by cell."""
    written = csv_rows(as_file(reader, path + query, "csv"))
    assert written[1:] == [[in_csv(cell) for cell in row] for row in expected], path
    header, *sheet = xlsx_rows(as_file(reader, path + query, "xlsx"))
    assert list(header) == written[0]
    assert [[from_xlsx(cell) for cell in row] for row in sheet] == [[in_xlsx(cell) for cell in row] for row in expected]


def test_files_say_what_the_pages_say(reader: Client, shop: None) -> None:
    for path, cells, count in LISTS:
        expected = [cells(row) for row in json_rows(reader, path)]
        assert_same(reader, path, expected)
        assert len(expected) == count, path
    for path in ("/api/orders?status=shipped", "/api/customers/lambda/orders?search=lambda"):
        lines = [line for row in json_rows(reader, path) for line in line_cells(row)]
        assert_same(reader, path, lines, query="&rows=items")
        assert lines
