"""Gives each order of a contact to the contact that an import of the order would find today.

It is for contacts that an earlier rule, or another program, took several people for. Staff start it; nothing does so by
itself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from customers.importing.contacts import ContactDirectory, contact_operations
from orders.order import Order, OrderCustomer
from orders.rows import readable
from orders.services import order_assignment
from orders.tables import CONTACT_INDEX, WebOrder
from packprod.dynamodb.errors import TransactionCancelled
from packprod.dynamodb.reads import Item, Partition, batch_get, query_all
from packprod.dynamodb.writes import settle, transact

_ATTEMPTS = 3
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OwnContact:
    """What stands on some orders of a contact, and where these belong: `is_new` if that contact is to be made."""

    address: str
    contact_id: str
    is_new: bool


def own_contacts(contact_id: str) -> Counter[OwnContact]:
    """How many orders stored with a contact belong where, by today's rule. Raises EngineUnavailable."""
    directory = ContactDirectory()
    found: Counter[OwnContact] = Counter()
    for _, order in _orders(contact_id):
        (match,) = directory.find([order.customer])
        address = order.customer.email or order.customer.phone or order.customer.name
        found[OwnContact(address, match.contact_id, match.existing is None)] += 1
    return found


def orders_to_own_contacts(*, contact_id: str, updated_by: str, now: datetime) -> int:
    """Gives every order stored with a contact that belongs elsewhere to its own contact; returns how many it gave.

    Order and contact change in one transaction each; an order that somebody changes at the same time stays. Safe to
    repeat. Raises EngineUnavailable.
    """
    directory = ContactDirectory()
    count = sum(
        order_to_own_contact(
            item=item,
            customer=order.customer,
            source=order.source,
            directory=directory,
            updated_by=updated_by,
            now=now,
        )
        for item, order in _orders(contact_id)
    )
    settle()
    log.info("gave orders to their own contacts", contact=contact_id, count=count)
    return count


def _orders(contact_id: str) -> Iterator[tuple[Item, Order]]:
    """The orders that can be read and say whose they are, each with its row."""
    partition = Partition(WebOrder, index=CONTACT_INDEX, hash=("contactID", contact_id))
    ids = [(item["orderID"],) for item in query_all(partition)]
    for item in batch_get(WebOrder, ids):
        order = readable(item)
        if order and item["contactID"] == contact_id and (order.customer.email or order.customer.phone):
            yield item, order


def order_to_own_contact(
    *, item: Item, customer: OrderCustomer, source: str, directory: ContactDirectory, updated_by: str, now: datetime
) -> bool:
    """Gives a stored order the contact that an import of it would find or make; returns whether it did.

    Contact and order in one transaction; tried again where an import makes the same contact at the same time. False for
    an order that has that contact already, or that is changed at the same time. Raises EngineUnavailable.
    """
    for _ in range(_ATTEMPTS):
        (match,) = directory.find([customer])
        if match.contact_id == item.get("contactID"):
            return False
        contact = contact_operations(match=match, customer=customer, source=source, now=now)
        order = order_assignment(item=item, contact_id=match.contact_id, updated_by=updated_by, now=now)
        try:
            transact([*contact, order])
        except TransactionCancelled:
            continue
        return True
    return False
