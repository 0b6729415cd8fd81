"""A small shop whose orders the report pages show, and the pages' addresses."""

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client

from reports.figures.periods import Period

PERIOD = "from=2025-09-01&to=2025-10-23"
AUTUMN = Period(date(2025, 9, 1), date(2025, 10, 23))
PAGES = {
    "overview": f"/admin/reports/overview/?{PERIOD}",
    "sales": f"/admin/reports/sales/?{PERIOD}",
    "products": f"/admin/reports/products/?{PERIOD}",
    "statistics": "/admin/reports/statistics/",
    "cohorts": "/admin/reports/cohorts/?from=2025-05&to=2025-10",
    "overduereorders": "/admin/reports/overduereorders/",
    "performance": "/admin/reports/performance/",
}
LONG_NAME = "Maria-Alexandra Theodora Konstantina Papadimitriou-Featherstonehaugh of Upper Kangaroo Valley"
_PRODUCTS = (("BOX-A4", "Mailing box A4", "1.50"), ("TAPE/48", "Tape 48 mm <brown> & more", "3.25"))


def orders() -> list[dict[str, Any]]:
    """Three customers from May to October: one regular until September, so overdue by 23 October; one new."""
    regular = [_order(number, "regular", f"2025-0{month}-10") for number, month in enumerate(range(5, 10))]
    recent = [_order(10 + day, "long", f"2025-10-{day:02d}", name=LONG_NAME) for day in range(1, 20, 2)]
    cancelled = _order(90, "long", "2025-10-02", name=LONG_NAME) | {"status": "cancelled"}
    return [*regular, *recent, cancelled, _order(91, "new", "2025-10-20", name="")]


def open_shop(imported: Callable[..., Any], caught_up: Callable[..., None]) -> None:
    """Imports the orders and brings every read model up to date."""
    imported(*orders())
    caught_up()


def page_text(client: Client, address: str) -> str:
    """The page's words, without tags, in one line."""
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def _order(number: int, customer: str, day: str, *, name: str = "Regular Customer") -> dict[str, Any]:
    code, description, price = _PRODUCTS[number % 2 if customer == "long" else 0]
    return {
        "orderReference": f"ORD-{number:03d}",
        "createdAt": f"{day}T0{number % 10}:30:00Z",
        "customer": {"name": name, "email": f"{customer}@example.com", "company": "Acme"},
        "items": [{"productCode": code, "description": description, "quantity": 10 + number, "unitPrice": price}],
        "tax": "0.07",
    }
