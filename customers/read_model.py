"""The read model by customer: the metrics cache and its search index."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from customers.cache_row import cache_row
from customers.metrics import CountedOrder, customer_metrics
from customers.population import population_row
from customers.tables import CustomerMetrics
from orders.order import Order
from orders.statuses import is_counted
from packprod.dates import format_instant, parse_instant
from packprod.dynamodb.base import Table
from packprod.readmodels.registry import Bucket, ReadModel, Row
from packprod.readmodels.search_index import SearchEntry, search_entries
from packprod.searching import words

SEARCH_KIND = "customer"


def project(order: Order) -> Iterable[Row]:
    """One slim row per counted order in its customer's bucket."""
    if not is_counted(order.status):
        return []
    data = {
        "orderID": order.order_id,
        "orderReference": order.order_reference,
        "createdAt": format_instant(order.created_at),
        "total": order.total,
        "name": order.customer.name,
        "email": order.customer.email,
        "company": order.customer.company,
    }
    return [Row(key=order.contact_id, row_id=order.order_id, data=data)]


def counted_order(data: dict[str, Any]) -> CountedOrder:
    """The order in a slim row."""
    return CountedOrder(
        order_id=data["orderID"],
        order_reference=data["orderReference"],
        created_at=parse_instant(data["createdAt"]),
        total=data["total"],
        name=data["name"],
        email=data["email"],
        company=data["company"],
    )


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> list[Table]:
    """The cache row and the search entries; nothing for a customer without counted orders."""
    if not rows:
        return []
    contact_id = bucket.key
    orders = [counted_order(row) for row in rows]
    metrics = customer_metrics(orders)
    searchable = words(metrics.name, metrics.email, metrics.company)
    return [
        cache_row(contact_id, metrics, now=now),
        population_row(contact_id, orders, metrics, source_id=bucket.bucket_id),
        *search_entries(SEARCH_KIND, contact_id, searchable),
    ]


CUSTOMERS = ReadModel(
    name="customer",
    project=project,
    summarise=summarise,
    summary_tables=(CustomerMetrics, SearchEntry),
    depends_on=(
        "PACKPROD_TIME_ZONE",
        "PACKPROD_CURRENCY",
        "PACKPROD_VIP_SPEND",
        "PACKPROD_VIP_ORDERS",
        "PACKPROD_NEW_DAYS",
        "PACKPROD_DORMANT_DAYS",
    ),
    version=3,
)
