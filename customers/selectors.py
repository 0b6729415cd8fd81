"""Reads customers: cache rows by id, a row computed from the orders, whether somebody is known at all.

Nothing is written here: what stores a row that is missing is `customers.services`. Lists are in `customers.lists`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.conf import settings

from customers.cache_row import cache_row, is_readable
from customers.metrics import CountedOrder, customer_metrics
from customers.read_model import counted_order, project
from customers.tables import Contact, CustomerMetrics
from orders.rows import readable
from orders.selectors import contact_order_ids
from orders.tables import DATE_INDEX, WebOrder
from packprod.dynamodb.codec import decode_item
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import Item, Partition, Range, batch_get, get, query_all
from packprod.errors import NotFound


def cached_row(contact_id: str) -> Item | None:
    """A customer's row in the cache; None where it is missing or damaged, or the cache itself is missing."""
    try:
        row = get(CustomerMetrics, contact_id)
    except TableMissing:
        return None
    return row if row and row.get("clientID") == settings.PACKPROD_CLIENT_ID and is_readable(row) else None


def computed_row(contact_id: str, order_ids: Sequence[str], *, now: datetime) -> Item | None:
    """The row as it follows from the contact's orders; None where none of them counts."""
    orders = _counted(batch_get(WebOrder, [(one,) for one in order_ids])).get(contact_id)
    return _row(contact_id, orders, now=now) if orders else None


def computed_rows(*, now: datetime) -> list[Item]:
    """Every customer's row, computed from all orders: slow, for when there is no cache."""
    partition = Partition(WebOrder, index=DATE_INDEX, hash=("clientID", settings.PACKPROD_CLIENT_ID))
    counted = _counted(list(query_all(partition)))
    return [_row(contact_id, orders, now=now) for contact_id, orders in counted.items()]


def _row(contact_id: str, orders: Sequence[CountedOrder], *, now: datetime) -> Item:
    return decode_item(cache_row(contact_id, customer_metrics(orders), now=now).wire())


def _counted(items: Sequence[Item]) -> dict[str, list[CountedOrder]]:
    """Counted orders by contact."""
    found: dict[str, list[CountedOrder]] = defaultdict(list)
    for order in filter(None, map(readable, items)):
        for row in project(order):
            if counted := counted_order(row.data):
                found[row.key].append(counted)
    return found


def contact_row(contact_id: str) -> Item | None:
    """The row of a contact of this client; None if there is none."""
    row = get(Contact, contact_id)
    return row if row is not None and row.get("clientID") == settings.PACKPROD_CLIENT_ID else None


def is_contact(contact_id: str) -> bool:
    """Whether there is such a contact of this client."""
    return contact_row(contact_id) is not None


def require_customer(contact_id: str) -> None:
    """Raises NotFound for an id that neither a contact of ours has nor any order names."""
    if not is_contact(contact_id) and not contact_order_ids(contact_id):
        raise NotFound(f"There is no customer {contact_id[:100]}.")


def customer_names(contact_ids: Sequence[str]) -> dict[str, str]:
    """The names (else company, else e-mail) of the customers that are in the cache."""
    rows = customer_rows(contact_ids)
    return {contact_id: row["name"] or row["company"] or row["email"] for contact_id, row in rows.items()}


def customer_rows(contact_ids: Iterable[str]) -> dict[str, Item]:
    """The cache rows of this client's customers that are in the cache, by contactID."""
    rows = batch_get(CustomerMetrics, [(contact_id,) for contact_id in contact_ids])
    ours = (row for row in rows if row.get("clientID") == settings.PACKPROD_CLIENT_ID and is_readable(row))
    return {row["contactID"]: row for row in ours}


def rows_to_refresh(today: date) -> Iterator[Item]:
    """The rows that time has changed and no sweep has refreshed yet; normally none."""
    partition = Partition(
        CustomerMetrics,
        index="refreshOn-index",
        hash=("clientID", settings.PACKPROD_CLIENT_ID),
        range=Range("refreshOn", "<=", today.isoformat()),
    )
    return query_all(partition)
