"""The read models by product: slim rows per order and product, summed by year, the years summed for all time.

The year is only a stretch of a product's rows, in UTC, so that a new order re-reads one year of a popular product
and not its whole history; reports by business day are the reports app's.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.order import Order
from orders.products.tables import Product
from orders.read_models import KEY_LENGTH, SEPARATOR, newest_first_key
from orders.statuses import is_counted
from packprod.dates import format_instant
from packprod.dynamodb.base import Table
from packprod.readmodels.registry import Bucket, ReadModel, Row
from packprod.readmodels.search_index import SearchEntry, search_entries
from packprod.readmodels.tables import slim_row
from packprod.searching import words

SEARCH_KIND = "product"
_YEAR = len("2025")
LATER = 1.0
_OFFSET = 10**18  # keeps sort keys positive where other writers booked credits


def project(order: Order) -> Iterable[Row]:
    """One slim row per product of an order, its lines added up; the row is there for orders that do not count too."""
    rows: dict[str, dict[str, Any]] = {}
    for item in order.items:
        row = rows.setdefault(item.product_code, {"units": Decimal(0), "revenue": Decimal(0)})
        row["units"] += item.quantity
        row["revenue"] += item.line_total
        row["description"] = item.description or row.get("description", "")
    common = {"counted": is_counted(order.status), "createdAt": format_instant(order.created_at)}
    return [
        Row(key=code[:KEY_LENGTH], row_id=newest_first_key(order), data={**common, **row}) for code, row in rows.items()
    ]


def summarise_year(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """One slim row of a product's year for the product's total; none for a year in which nothing counted."""
    counted = [row for row in rows if row["counted"]]
    if not counted:
        return []
    data = {
        "orders": len(counted),
        "units": sum(row["units"] for row in counted),
        "revenue": sum(row["revenue"] for row in counted),
        "description": _latest(counted),
        "first": counted[0]["createdAt"],
        "last": counted[-1]["createdAt"],
    }
    year = Row(key=bucket.key, row_id=bucket.part, data=data)
    return [slim_row(PRODUCT_TOTALS.name, year, source_id=bucket.summary_id)]


def _latest(rows: list[dict[str, Any]]) -> str:
    return next((row["description"] for row in reversed(rows) if row["description"]), "")


def summarise_total(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The product's row and its search entries."""
    if not rows:
        return []
    code, description = bucket.key, _latest(rows)
    units, revenue = sum(row["units"] for row in rows), sum(row["revenue"] for row in rows)
    orders = int(sum(row["orders"] for row in rows))
    product = Product(
        product_id(code),
        client_id=settings.PACKPROD_CLIENT_ID,
        product_code=code,
        description=description,
        units=units,
        revenue=revenue,
        orders=orders,
        first_order_date=rows[0]["first"],
        last_order_date=rows[-1]["last"],
        by_revenue=f"{_OFFSET + int(revenue * 10_000):020d}{SEPARATOR}{code}",
        by_units=f"{_OFFSET + int(units * 10_000):020d}{SEPARATOR}{code}",
        by_orders=f"{orders:010d}{SEPARATOR}{code}",
        by_product_code=f"{code.casefold()}{SEPARATOR}{code}",
    )
    return [product, *search_entries(SEARCH_KIND, code, words(code, description))]


def product_id(product_code: str) -> str:
    """The key of a product's row: client and code."""
    return f"{settings.PACKPROD_CLIENT_ID}#{product_code}"


PRODUCTS = ReadModel(
    name="product",
    project=project,
    summarise=summarise_year,
    part=lambda row_id: row_id[:_YEAR],
    delay=LATER,
)
PRODUCT_TOTALS = ReadModel(
    name="product-total",
    summarise=summarise_total,
    summary_tables=(Product, SearchEntry),
    delay=LATER,
)
