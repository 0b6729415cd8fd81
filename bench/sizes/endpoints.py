"""Every endpoint of the read API, with requests that mean the same at every size."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx

from bench.reading import pages

Request = tuple[str, dict[str, str]]
"""A path and its query parameters."""
PAGE_ITEMS = 130  # what a page of 50 may read at any size: it fills up from the partitions that it merges
SEARCH_ITEMS = 1_200  # a search for a word: up to 600 index rows and what they name (docs/adr/0006)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint to measure. `requests` are sent in turn; `most_items` is how many items one may read at any size.

    `original` names the way in `original_way.py` that answered this before, if that took a scan.
    """

    name: str
    requests: list[Request]
    original: str = ""
    most_items: int = PAGE_ITEMS


def endpoints(http: httpx.Client, *, today: date) -> list[Endpoint]:
    """All endpoints, asking for customers, products and orders that fill a page at any size."""
    customers = _first(http, "/api/customers")
    products = [row["productCode"] for row in _first(http, "/api/products", sort="orders")[:5]]
    orders = [row["orderID"] for row in _first(http, "/api/orders")]
    return [
        *_customers(customers),
        *_orders(customers, orders, today),
        *_products(products),
        *_reports(products[0], today),
    ]


def _first(http: httpx.Client, path: str, **params: str) -> list[dict[str, Any]]:
    return next(pages(http, path, **params))


def _one(name: str, path: str, original: str = "", **params: str) -> Endpoint:
    return Endpoint(name, [(path, params)], original)


def _customers(rows: list[dict[str, Any]]) -> Iterator[Endpoint]:
    for sort in ("totalSpend", "orderCount", "lastOrderDate", "name"):
        yield _one(f"customers by {sort}", "/api/customers", "customers", sort=sort)
    for segment in ("VIP", "Active", "New", "Dormant"):
        yield _one(f"customers {segment}", "/api/customers", "customers", segment=segment)
    yield _one("customers, common word", "/api/customers", "customers", search="com")
    smiths = [("/api/customers", {"search": "smith"})]
    yield Endpoint("customers, middling word", smiths, "customers", SEARCH_ITEMS)
    emails = [("/api/customers", {"search": row["email"]}) for row in rows[:10] if row["email"]]
    yield Endpoint("customers, one e-mail", emails, "customers")
    ids = [row["contactID"] for row in rows]
    yield Endpoint("one customer", [(f"/api/customers/{one}", {}) for one in ids])
    yield Endpoint("orders of a customer", [(f"/api/customers/{one}/orders", {}) for one in ids[:5]])
    yield Endpoint("reorders of a customer", [(f"/api/customers/{one}/reorders", {}) for one in ids[:5]])


def _orders(customers: list[dict[str, Any]], ids: list[str], today: date) -> Iterator[Endpoint]:
    month, year = _since(today, 30), _since(today, 365)
    yield _one("orders", "/api/orders")
    yield _one("orders by total", "/api/orders", "orders", sort="total")
    yield _one("orders of VIPs", "/api/orders", "orders", segment="VIP")
    yield _one("orders of 30 days", "/api/orders", **month)
    yield _one("orders of a year", "/api/orders", **year)
    yield _one("orders completed", "/api/orders", "orders", status="completed")
    yield _one("orders refunded", "/api/orders", "orders", status="refunded")
    yield _one("orders, start of reference", "/api/orders", "orders", search="PP-1001")
    yield _one("orders, one reference", "/api/orders", "orders", search="PP-100123")
    emails = [("/api/orders", {"search": row["email"]}) for row in customers[:5] if row["email"]]
    yield Endpoint("orders, one e-mail", emails, "orders")
    yield Endpoint("one order", [(f"/api/orders/{one}", {}) for one in ids])
    yield Endpoint("events of an order", [(f"/api/orders/{one}/events", {}) for one in ids[:5]])
    yield _one("parked orders", "/api/parked-orders")


def _products(codes: list[str]) -> Iterator[Endpoint]:
    for sort in ("revenue", "units", "orders", "productCode"):
        yield _one(f"products by {sort}", "/api/products", "statistics", sort=sort)
    yield Endpoint("products, middling word", [("/api/products", {"search": "carton"})], "statistics", SEARCH_ITEMS)
    yield _one("products, one code", "/api/products", "statistics", search=codes[0])
    yield Endpoint("one product", [(f"/api/products/{one}", {}) for one in codes])
    yield Endpoint("orders of a product", [(f"/api/products/{one}/orders", {}) for one in codes], "product orders")


def _reports(code: str, today: date) -> Iterator[Endpoint]:
    for days in (30, 365):
        for name in ("overview", "products", "sales", "statistics"):
            yield _one(f"{name}, {days} days", f"/api/reports/{name}", name, **_since(today, days))
    yield _one("statistics", "/api/reports/statistics", "statistics")
    yield _one("sales of VIPs", "/api/reports/sales", "sales", segment="VIP")
    yield _one("sales of a product", "/api/reports/sales", "sales", product=code)
    yield _one("cohorts", "/api/reports/cohorts", "statistics")
    yield _one("overdue to reorder", "/api/reports/overdue", "statistics")
    yield _one("data health", "/api/health/data")


def _since(today: date, days: int) -> dict[str, str]:
    return {"from": (today - timedelta(days=days)).isoformat(), "to": today.isoformat()}
