"""Reads customers by id: their cache rows, rows computed from the orders, and contacts without orders that count.

Nothing is written here: `customers.services` stores a row that is missing. Lists are in `customers.lists`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from more_itertools import chunked

from customers.cache_row import customer_id, is_readable, metrics_from_row, published, rows_of_customer
from customers.contact_row import contact_data, is_our_contact
from customers.metrics import CountedOrder
from customers.order_sums import customer_metrics
from customers.read_model import CUSTOMERS, counted_order, project
from customers.tables import Contact, CustomerMetrics, ListedCustomer
from orders.contact_aliases import effective_contact
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.rows import readable
from orders.selectors import contact_order_ids
from orders.tables import DATE_INDEX, WebOrder
from packprod.dynamodb.codec import decode_item
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import Item, Partition, Range, batch_get, batch_get_tables, get, query_all
from packprod.errors import NotFound
from packprod.readmodels.rebuild.differences import IDS_PER_CALL, Difference, Look, look_at_buckets, look_at_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

# --- Cache rows ------------------------------------------------------------------------------------------------------


def cached_row(contact_id: str) -> Item | None:
    """A customer's row if the cache has it as it should be; None if it is missing there, or damaged, or somebody
    else's, or if there is no such table."""
    try:
        listed, cached = both_rows([contact_id])[contact_id]
    except TableMissing:
        return None
    return listed if listed is not None and is_published(listed, cached) else None


def listed_row(contact_id: str) -> Item | None:
    """A customer's row in the list of customers; None if it is missing or damaged."""
    return customer_rows([contact_id]).get(contact_id)


def both_rows(contact_ids: Sequence[str]) -> dict[str, tuple[Item | None, Item | None]]:
    """The rows in the list and in the cache by contactID, strongly consistent; None where there is none. Rows of the
    list that are damaged are left out."""
    keys = {
        ListedCustomer: [(customer_id(one),) for one in contact_ids],
        CustomerMetrics: [(one,) for one in contact_ids],
    }
    found = batch_get_tables(keys)
    listed = {row["contactID"]: row for row in found[ListedCustomer] if is_readable(row)}
    cached = {row["contactID"]: row for row in found[CustomerMetrics]}
    return {one: (listed.get(one), cached.get(one)) for one in contact_ids}


def is_published(listed: Item, cached: Item | None) -> bool:
    """Whether the cache says of a customer what the list does."""
    return cached == published(listed)


def customer_rows(contact_ids: Iterable[str]) -> dict[str, Item]:
    """The customers' rows by contactID; those without a readable one are left out."""
    rows = batch_get(ListedCustomer, [(customer_id(contact_id),) for contact_id in contact_ids])
    return {row["contactID"]: row for row in rows if is_readable(row)}


def customer_names(contact_ids: Sequence[str]) -> dict[str, str]:
    """The names (else company, else e-mail) by contactID; customers without a row are left out."""
    rows = customer_rows(contact_ids)
    return {contact_id: metrics_from_row(row).display_name for contact_id, row in rows.items()}


def rows_to_refresh(today: date) -> Iterator[Item]:
    """The rows that time has changed and no sweep has refreshed yet; normally none."""
    partition = Partition(
        ListedCustomer,
        index="refreshOn-index",
        hash=("clientID", settings.PACKPROD_CLIENT_ID),
        range=Range("refreshOn", "<=", today.isoformat()),
    )
    return query_all(partition)


# --- Rows computed from the orders -----------------------------------------------------------------------------------


def computed_row(contact_id: str, order_ids: Sequence[str], *, now: datetime) -> Item | None:
    """The customer's row as the contact's orders give it; None if none of them counts."""
    orders = _counted(batch_get(WebOrder, [(one,) for one in order_ids])).get(contact_id)
    return _row(contact_id, orders, contact_row(contact_id), now=now) if orders else None


def computed_rows(*, now: datetime) -> list[Item]:
    """Every customer's row, computed from all orders: slow, for when there is no such table."""
    partition = Partition(WebOrder, index=DATE_INDEX, hash=("clientID", settings.PACKPROD_CLIENT_ID))
    counted = _counted(list(query_all(partition)))
    contacts = {row["contactID"]: row for row in batch_get(Contact, [(one,) for one in counted])}
    return [_row(contact_id, orders, contacts.get(contact_id), now=now) for contact_id, orders in counted.items()]


def _row(contact_id: str, orders: Sequence[CountedOrder], contact: Item | None, *, now: datetime) -> Item:
    metrics = customer_metrics(orders, contact_data(contact))
    return decode_item(rows_of_customer(contact_id, metrics, now=now)[0].wire())


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
    return row if row is not None and is_our_contact(row) else None


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
    """What the contact's row says, and what that leaves out from the newest order.

    None for an unknown id. The caller has found no orders that count. Raises EngineUnavailable.
    """
    row = contact_row(contact_id)
    newest = order_list(OrderFilter(contact_id=contact_id), limit=1).items
    if row is None and not newest:
        return None
    data = contact_data(row)

    def known(name: str) -> str:
        return data.get(name) or (getattr(newest[0].customer, name) if newest else "")

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
