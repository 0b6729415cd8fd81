"""From metrics to the cache row and back: the only place that knows the row's shape."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from customers.metrics import Metrics, last_order_days_ago, purchase_frequency, segment, segment_changes_on
from customers.tables import CustomerMetrics
from orders.keys import time_key
from packprod.dates import business_date, format_instant, parse_instant
from packprod.dynamodb.reads import Item
from packprod.text import fold

CACHE_LIFETIME = timedelta(days=90)
REFRESH_AFTER = timedelta(days=60)
SEPARATOR = "\x01"
NAME_KEY_LENGTH = 150
_SPEND_OFFSET = 10**18  # keeps the sort key positive where other writers booked credits


def list_partition(segment_name: str) -> str:
    """The index partition of a segment's customers."""
    return f"{settings.PACKPROD_CLIENT_ID}#{segment_name}"


def spend_key(spend: Decimal) -> str:
    """A spend as text that sorts like it."""
    return f"{_SPEND_OFFSET + int(spend * 10_000):020d}"


def sort_keys(contact_id: str, metrics: Metrics) -> dict[str, str]:
    """The text each sorted list is ordered by, by attribute; unique, as each ends in the contactID."""
    keys = {
        "by_total_spend": spend_key(metrics.total_spend),
        "by_order_count": f"{metrics.order_count:010d}",
        "by_last_order_date": time_key(metrics.last_order_date),
        "by_name": fold(metrics.name or metrics.company or metrics.email)[:NAME_KEY_LENGTH],
    }
    return {name: f"{key}{SEPARATOR}{contact_id}" for name, key in keys.items()}


def cache_row(contact_id: str, metrics: Metrics, *, now: datetime) -> CustomerMetrics:
    """The row as of `now`, to the second."""
    now = now.replace(microsecond=0)
    today = business_date(now)
    keys = sort_keys(contact_id, metrics)
    segment_name = segment(metrics, today=today)
    return CustomerMetrics(
        contact_id,
        client_id=settings.PACKPROD_CLIENT_ID,
        name=metrics.name,
        email=metrics.email,
        company=metrics.company,
        order_count=metrics.order_count,
        total_spend=metrics.total_spend,
        last_order_date=format_instant(metrics.last_order_date),
        last_order_reference=metrics.last_order_reference,
        first_order_date=format_instant(metrics.first_order_date),
        segment=segment_name,
        last_order_days_ago=last_order_days_ago(metrics, today=today),
        purchase_frequency=purchase_frequency(metrics),
        last_updated=format_instant(now),
        ttl=int((now + CACHE_LIFETIME).timestamp()),
        list_partition=list_partition(segment_name),
        refresh_on=_refresh_on(metrics, now=now).isoformat(),
        by_total_spend=keys["by_total_spend"],
        by_order_count=keys["by_order_count"],
        by_last_order_date=keys["by_last_order_date"],
        by_name=keys["by_name"],
    )


def _refresh_on(metrics: Metrics, *, now: datetime) -> date:
    """The day by which the row must be derived again: its segment changes, or its ttl draws near."""
    before_expiry = business_date(now + REFRESH_AFTER)
    return min(segment_changes_on(metrics, today=business_date(now)) or before_expiry, before_expiry)


def metrics_from_row(item: Mapping[str, Any]) -> Metrics:
    """The facts in a stored row, or in what `customer_json` made of one: both use the same names and instants.

    Raises KeyError or ValueError for a row that we did not write.
    """
    return Metrics(
        name=item["name"],
        email=item["email"],
        company=item["company"],
        order_count=int(item["orderCount"]),
        total_spend=item["totalSpend"],
        first_order_date=parse_instant(item["firstOrderDate"]),
        last_order_date=parse_instant(item["lastOrderDate"]),
        last_order_reference=item["lastOrderReference"],
    )


def is_readable(item: Item) -> bool:
    """Whether a stored row can be shown; one that somebody damaged is to be treated as missing."""
    try:
        metrics = metrics_from_row(item)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return False
    texts = (metrics.name, metrics.email, metrics.company, metrics.last_order_reference, item.get("lastUpdated"))
    return isinstance(metrics.total_spend, Decimal) and all(isinstance(text, str) for text in texts)


def customer_json(contact_id: str, metrics: Metrics, *, last_updated: str, now: datetime) -> dict[str, Any]:
    """A customer as the API shows it: what depends on today is right at `now`, whatever the row says."""
    today = business_date(now)
    return {
        "contactID": contact_id,
        "name": metrics.name,
        "email": metrics.email,
        "company": metrics.company,
        "orderCount": metrics.order_count,
        "totalSpend": metrics.total_spend,
        "lastOrderDate": format_instant(metrics.last_order_date),
        "lastOrderReference": metrics.last_order_reference,
        "firstOrderDate": format_instant(metrics.first_order_date),
        "segment": segment(metrics, today=today),
        "lastOrderDaysAgo": last_order_days_ago(metrics, today=today),
        "purchaseFrequency": purchase_frequency(metrics),
        "lastUpdated": last_updated,
    }
