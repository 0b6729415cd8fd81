"""Looks after new orders whose contacts were taken to be there still when they were written.

A contact that an order does not change has no part in its transaction: that would double what an order costs. If the
other product takes the contact away between our read and our write, the order gets another one here, before it is
acknowledged. Without this it would name a contact that is gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from customers.contact_index.services import contacts_of
from customers.contact_row import is_our_contact
from customers.importing.contacts import ContactDirectory, contact_operations
from customers.importing.creation import ImportOutcome
from customers.tables import Contact
from orders.contact_aliases import effective_contact
from orders.order import OrderDraft
from orders.services import order_assignment
from orders.tables import WebOrder
from packprod.dynamodb.errors import TransactionCancelled
from packprod.dynamodb.reads import Item, get
from packprod.dynamodb.writes import settle, transact

_ATTEMPTS = 3
log = structlog.get_logger(__name__)


def contacts_confirm(
    *, outcomes: Mapping[int, ImportOutcome], drafts: Mapping[int, OrderDraft], now: datetime
) -> dict[int, ImportOutcome]:
    """Returns once everything that was written is on disk: the outcomes of orders that have got another contact.

    The strong read of the contacts settles what was written before it (docs/adr/0010); without any, `settle` does.
    Raises EngineUnavailable.
    """
    assumed = {at: one for at, one in outcomes.items() if one.assumed_contact}
    present = _present(dict.fromkeys(one.assumed_contact for one in assumed.values()))
    gone = {at: one for at, one in assumed.items() if one.assumed_contact not in present}
    given = {at: _give_contact(one, drafts[at], now=now) for at, one in gone.items()}
    if given or not assumed:
        settle()
    return given


def _present(contact_ids: Iterable[str]) -> set[str]:
    """Those of the contacts that are there and ours, strongly consistent."""
    return {contact_id for contact_id, row in _rows(list(contact_ids)).items() if row and is_our_contact(row)}


def _rows(contact_ids: list[str]) -> Mapping[str, Item | None]:
    if len(contact_ids) == 1:  # a get costs the engine less than a batch
        return {contact_ids[0]: get(Contact, contact_ids[0])}
    return contacts_of(contact_ids)


def _give_contact(outcome: ImportOutcome, draft: OrderDraft, *, now: datetime) -> ImportOutcome:
    """Finds or makes the contact of an order whose own is gone. An order that others change or delete again and again
    is left to them."""
    for _ in range(_ATTEMPTS):
        item = get(WebOrder, outcome.order_id)
        (match,) = ContactDirectory().find([draft.customer])
        operations = contact_operations(match=match, customer=draft.customer, source=draft.source, now=now)
        if item is None or item.get("contactID") != outcome.assumed_contact:
            break
        if match.contact_id != outcome.assumed_contact:
            updated_by = str(item.get("updatedBy", ""))
            operations.append(order_assignment(item=item, contact_id=match.contact_id, updated_by=updated_by, now=now))
        try:
            transact(operations)
        except TransactionCancelled:
            continue
        log.info("the contact of a new order was gone", order=outcome.order_id, contact=match.contact_id)
        contact_id = effective_contact(match.contact_id)
        return replace(outcome, contact_id=contact_id, contact_created=match.existing is None)
    return outcome
