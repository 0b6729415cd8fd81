"""A customer's two rows, in our own list of customers and in the metrics cache: how they are written, and what can be
read from them.

The only module that knows their shape. A fact of `Metrics` lies in the attribute of `CustomerFacts` that has the same
name, so a new fact needs nothing here. The row of the cache follows from that of the list (`published`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from customers.metrics import Metrics, last_order_days_ago, purchase_frequency, segment, segment_changes_on
from customers.tables import CustomerFacts, CustomerMetrics, ListedCustomer
from orders.keys import time_key
from packprod.dates import business_date, format_instant, parse_instant
from packprod.dynamodb.reads import Item
from packprod.text import fold

CACHE_LIFETIME = timedelta(days=90)
REFRESH_AFTER = timedelta(days=60)
SEPARATOR = "\x01"
NAME_KEY_LENGTH = 150
_SPEND_OFFSET = 10**18  # keeps the sort key positive where other writers booked credits


class CustomerFigures(NamedTuple):
    """What lists, files and pages show of a customer: the stored metrics, and what depends on the day as of `today`."""

    contact_id: str
    metrics: Metrics
    last_updated: str
    today: date

    @classmethod
    def of(cls, row: Item, *, today: date) -> "CustomerFigures":
        """The figures in a readable row."""
        return cls(row["contactID"], metrics_from_row(row), row["lastUpdated"], today)

    @property
    def segment(self) -> str:
        """The segment on that day, whatever the row says."""
        return segment(self.metrics, today=self.today)

    @property
    def last_order_days_ago(self) -> int:
        """Business-calendar days since the last order."""
        return last_order_days_ago(self.metrics, today=self.today)


# --- Reading -------------------------------------------------------------------------------------------------------


def metrics_from_row(item: Mapping[str, Any]) -> Metrics:
    """The facts in a stored row. Raises KeyError, ValueError, TypeError or ArithmeticError for a damaged one."""
    return Metrics(
        *[
            read(item[attribute] if default is MISSING else item.get(attribute, default))
            for _, attribute, read, default in _FACTS
        ]
    )


def is_readable(item: Item) -> bool:
    """Whether a stored row can be shown; a damaged one is treated as missing."""
    try:
        metrics_from_row(item)
        _text(item["lastUpdated"])
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return False
    return True


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError("not a number")
    return value


_READERS: dict[Any, Callable[[Any], Any]] = {str: _text, int: int, Decimal: _decimal, datetime: parse_instant}
_FACTS = tuple(
    (one.name, getattr(CustomerFacts, one.name).attr_name, _READERS[one.type], one.default) for one in fields(Metrics)
)
"""Of each fact the name, the attribute's name in the engine, what reads it, and what it is where a row lacks it."""
SHOWN = ("contactID", *(attribute for _, attribute, _, _ in _FACTS), "segment", "lastUpdated")
"""The attributes that lists need of a row, besides the keys that they are sorted by."""


# --- Writing -------------------------------------------------------------------------------------------------------


def rows_of_customer(
    contact_id: str, metrics: Metrics, *, joined_words: Iterable[str] = (), now: datetime
) -> tuple[ListedCustomer, CustomerMetrics]:
    """The rows as of `now`, to the second: that of the list, and that of the cache.

    `joined_words` are those by which the contacts are found that staff joined with this one.
    """
    now = now.replace(microsecond=0)
    today = business_date(now)
    segment_name = segment(metrics, today=today)
    facts = {
        "client_id": settings.PACKPROD_CLIENT_ID,
        **{name: _stored(getattr(metrics, name)) for name, _, _, _ in _FACTS},
        "segment": segment_name,
        "last_order_days_ago": last_order_days_ago(metrics, today=today),
        "purchase_frequency": purchase_frequency(metrics),
        "last_updated": format_instant(now),
    }
    listed = ListedCustomer(
        customer_id(contact_id),
        contact_id=contact_id,
        **facts,
        list_partition=list_partition(segment_name),
        joined_words=" ".join(dict.fromkeys(joined_words)) or None,
        refresh_on=_refresh_on(metrics, now=now).isoformat(),
        **sort_keys(contact_id, metrics),
    )
    return listed, CustomerMetrics(contact_id, **facts, ttl=_ttl(now))


def customer_id(contact_id: str) -> str:
    """The key of this client's customer in the list of customers, which several clients may share."""
    return f"{settings.PACKPROD_CLIENT_ID}#{contact_id}"


def published(listed: Item) -> Item:
    """What the cache says of a customer if nobody else has written there. Raises KeyError or ValueError for a damaged
    row of the list."""
    facts = {name: listed[name] for name in _PUBLISHED}
    return facts | {"ttl": _ttl(parse_instant(listed["lastUpdated"]))}


_PUBLISHED = tuple(one.attr_name for one in CustomerMetrics.get_attributes().values() if one.attr_name != "ttl")


def _ttl(updated: datetime) -> int:
    return int((updated + CACHE_LIFETIME).timestamp())


def _stored(value: Any) -> Any:
    return format_instant(value) if isinstance(value, datetime) else value


def _refresh_on(metrics: Metrics, *, now: datetime) -> date:
    """The day by which the row must be derived again: its segment changes, or its ttl draws near."""
    before_expiry = business_date(now + REFRESH_AFTER)
    return min(segment_changes_on(metrics, today=business_date(now)) or before_expiry, before_expiry)


# --- Keys of the sorted lists --------------------------------------------------------------------------------------


SORT_KEYS = ListedCustomer.sort_attributes
"""The attributes of the sort keys."""


def list_partition(segment_name: str) -> str:
    """The index partition of a segment's customers."""
    return f"{settings.PACKPROD_CLIENT_ID}#{segment_name}"


def spend_key(spend: Decimal) -> str:
    """A spend as text that sorts like it."""
    return f"{_SPEND_OFFSET + int(spend * 10_000):020d}"


def sort_keys(contact_id: str, metrics: Metrics) -> dict[str, Any]:
    """The sort key of each sorted list, by attribute; unique, as each ends in the contactID."""
    keys = {
        "by_total_spend": spend_key(metrics.total_spend),
        "by_order_count": f"{metrics.order_count:010d}",
        "by_last_order_date": time_key(metrics.last_order_date),
        "by_name": fold(metrics.display_name)[:NAME_KEY_LENGTH],
    }
    return {name: f"{key}{SEPARATOR}{contact_id}" for name, key in keys.items()}
