"""Gives parked orders the customer whose e-mail or phone stands on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from customers.importing.contacts import ContactDirectory
from customers.importing.own_contacts import order_to_own_contact
from customers.parked.selectors import parked_rows, says_who
from orders.rows import customer_of, has_contact, stored_text
from packprod.dynamodb.reads import Item
from packprod.dynamodb.writes import settle

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many orders were given a customer, and how many could not be, as they were changed at the same time."""

    orders: int
    failed: int


def parked_orders_assign(*, updated_by: str, now: datetime) -> Assigned:
    """Gives every parked order without a customer the contact that an import of it would find or make.

    An order that says neither e-mail nor phone stays parked. Safe to repeat. Raises EngineUnavailable.
    """
    directory = ContactDirectory()
    outcomes = [_assign(item, directory, updated_by=updated_by, now=now) for item in _without_contact()]
    settle()
    log.info("gave parked orders their customers", count=sum(outcomes), failed=outcomes.count(False))
    return Assigned(sum(outcomes), outcomes.count(False))


def _without_contact() -> Iterator[Item]:
    return (item for item in parked_rows() if not has_contact(item) and says_who(item))


def _assign(item: Item, directory: ContactDirectory, *, updated_by: str, now: datetime) -> bool:
    source = stored_text(item.get("source"))
    return order_to_own_contact(
        item=item, customer=customer_of(item), source=source, directory=directory, updated_by=updated_by, now=now
    )
