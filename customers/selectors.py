"""Reads customers by id: their cache rows, rows computed from the orders, and contacts without orders that count.

Nothing is written here: `customers.services` stores a row that is missing. Lists are in `customers.lists`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from more_itertools import chunked

from customers.cache_row import cache_row, is_readable, metrics_from_row
from customers.metrics import CountedOrder, customer_metrics
from customers.read_model import CUSTOMERS, counted_order, project
from customers.tables import Contact, CustomerMetrics
from orders.contact_aliases import effective_contact
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.rows import readable
from orders.selectors import contact_order_ids
from orders.tables import DATE_INDEX, WebOrder
from packprod.dynamodb.codec import decode_item
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import Item, Partition, Range, batch_get, get, query_all
from packprod.errors import NotFound
from packprod.readmodels.rebuild.differences import IDS_PER_CALL, Difference, Look, look_at_buckets, look_at_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

# --- Cache rows ------------------------------------------------------------------------------------------------------


def cached_row(contact_id: str) -> Item | None:
    """A customer's cache row; None if it is missing or damaged, or if there is no cache table."""
    try:
        row = get(CustomerMetrics, contact_id)
    except TableMissing:
        return None
    return row if row and row.get("clientID") == settings.PACKPROD_CLIENT_ID and is_readable(row) else None


def customer_rows(contact_ids: Iterable[str]) -> dict[str, Item]:
    """The cache rows by contactID; customers without a readable one are left out."""
    rows = batch_get(CustomerMetrics, [(contact_id,) for contact_id in contact_ids])
    ours = (row for row in rows if row.get("clientID") == settings.PACKPROD_CLIENT_ID and is_readable(row))
    return {row["contactID"]: row for row in ours}


def customer_names(contact_ids: Sequence[str]) -> dict[str, str]:
    """The names (else company, else e-mail) by contactID; customers without a cache row are left out."""
    rows = customer_rows(contact_ids)
    return {contact_id: metrics_from_row(row).display_name for contact_id, row in rows.items()}


def rows_to_refresh(today: date) -> Iterator[Item]:
    """The cache rows that time has changed and no sweep has refreshed yet; normally none."""
    partition = Partition(
        CustomerMetrics,
        index="refreshOn-index",
        hash=("clientID", settings.PACKPROD_CLIENT_ID),
        range=Range("refreshOn", "<=", today.isoformat()),
    )
    return query_all(partition)


# --- Rows computed from the orders -----------------------------------------------------------------------------------


def computed_row(contact_id: str, order_ids: Sequence[str], *, now: datetime) -> Item | None:
    """The cache row as the contact's orders give it; None if none of them counts."""
    orders = _counted(batch_get(WebOrder, [(one,) for one in order_ids])).get(contact_id)
    return _row(contact_id, orders, now=now) if orders else None


def computed_rows(*, now: datetime) -> list[Item]:
    """Every customer's cache row, computed from all orders: slow, for when there is no cache table."""
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


# --- Contacts --------------------------------------------------------------------------------------------------------


def contact_row(contact_id: str) -> Item | None:
    """The row of this client's contact; None if there is none."""
    row = get(Contact, contact_id)
    return row if row is not None and row.get("clientID") == settings.PACKPROD_CLIENT_ID else None


def is_contact(contact_id: str) -> bool:
    """Whether this client has such a contact."""
    return contact_row(contact_id) is not None


def require_customer(contact_id: str) -> None:
    """Raises NotFound if neither a contact of this client nor any order has this id."""
    if not is_contact(contact_id) and not contact_order_ids(contact_id):
        raise NotFound(f"There is no customer {contact_id[:100]}.")


@dataclass(frozen=True, slots=True)
class UncountedContact:
    """A contact without orders that count: in no list and no figure, but its page can be opened. Unknown is empty."""

    contact_id: str
    name: str
    email: str
    company: str
    phone: str

    @property
    def display_name(self) -> str:
        """The name, else the company, else the e-mail."""
        return self.name or self.company or self.email


def uncounted_contact(contact_id: str) -> UncountedContact | None:
    """What the newest order says of the contact, and what that leaves out from the contact's row.

    None for an unknown id. The caller has found no orders that count. Raises EngineUnavailable.
    """
    row = contact_row(contact_id)
    newest = order_list(OrderFilter(contact_id=contact_id), limit=1).items
    if row is None and not newest:
        return None

    def known(name: str) -> str:
        on_order = getattr(newest[0].customer, name) if newest else ""
        return on_order or str((row or {}).get(name) or "")

    return UncountedContact(contact_id, known("name"), known("email"), known("company"), known("phone"))


# --- Stored rows that differ from the orders -----------------------------------------------------------------------


def contact_differences(contact_id: str) -> list[Difference]:
    """What is wrong with the projection rows of the contact's orders and with its summary. Raises NotFound."""
    contact_id = effective_contact(contact_id)
    require_rebuildable(contact_id)
    return [*contact_order_differences(contact_id), *contact_summary_differences(contact_id)]


def require_rebuildable(contact_id: str) -> None:
    """Raises NotFound if no contact, order or stored row has this id."""
    if not (contact_id and (is_contact(contact_id) or _order_ids(contact_id) or _summary(contact_id).stored)):
        raise NotFound(f"There is no customer {contact_id[:100]}.")


def contact_order_differences(contact_id: str) -> list[Difference]:
    """What is wrong with the projection rows of the contact's orders."""
    looks = (look for chunk in chunked(sorted(_order_ids(contact_id)), IDS_PER_CALL) for look in look_at_orders(chunk))
    return [difference for look in looks for difference in look.differences]


def contact_summary_differences(contact_id: str) -> list[Difference]:
    """What is wrong with the rows that are summarised from them."""
    return _summary(contact_id).differences


def _order_ids(contact_id: str) -> set[str]:
    """The orders that name the contact, and those that the projection rows in its bucket come from."""
    bucket = Partition(Projection, hash=("bucket", bucket_id(CUSTOMERS.name, contact_id)))
    return {*contact_order_ids(contact_id), *(row["sourceID"] for row in query_all(bucket, consistent=True))}


def _summary(contact_id: str) -> Look:
    return look_at_buckets([bucket_id(CUSTOMERS.name, contact_id)])[0]
