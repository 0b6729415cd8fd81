"""Imports one checked order: finds or creates its contact and writes both tables in one transaction.

Idempotent by the business key: the orderID derives from client and reference. However often and concurrently an order
arrives, there is one row; an import that loses a race reads again what is stored.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from customers.importing.comparison import disagreements
from customers.importing.contacts import ContactDirectory, ContactMatch, contact_operation, with_known_fields
from orders.contact_aliases import effective_contact
from orders.order import OrderDraft
from orders.references import find_by_references, own_order_id
from orders.rows import order_from_row
from orders.services import order_replacement, order_row
from orders.tables import WebOrder
from packprod.dynamodb.errors import TransactionCancelled
from packprod.dynamodb.reads import Item
from packprod.dynamodb.writes import put, transact
from packprod.errors import BrokenOrder, EngineUnavailable, FieldProblem, OrderConflict

MAX_ATTEMPTS = 10
OnConflict = Literal["reject", "update"]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one order; `contact_id` is the contact that stands for the stored one."""

    order_id: str
    contact_id: str
    order_reference: str
    created: bool
    updated: bool
    contact_created: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What is already stored for one draft: its order, if any, and its contact."""

    order: Item | None
    contact: ContactMatch


def read_stored(drafts: Sequence[OrderDraft], directory: ContactDirectory) -> list[Stored]:
    """What is stored for each draft, in a few batched reads for all of them. Raises EngineUnavailable."""
    orders = find_by_references([draft.order_reference for draft in drafts])
    contacts = directory.find([draft.customer for draft in drafts])
    return [Stored(orders.get(draft.order_reference), contact) for draft, contact in zip(drafts, contacts, strict=True)]


def order_import(
    *,
    draft: OrderDraft,
    stored: Stored,
    on_conflict: OnConflict,
    directory: ContactDirectory,
    updated_by: str,
    now: datetime,
) -> ImportOutcome:
    """Stores the order, unless it is stored already. If `stored` turns out to be outdated, it is read again.

    Raises OrderConflict, which names the fields that differ, unless `on_conflict` is "update"; EngineUnavailable.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        if stored.order is not None:
            fields = _conflicting_fields(draft, stored.order)
            if not fields:
                return _unchanged(stored.order)
            if on_conflict == "reject":
                raise _conflict(draft.order_reference, fields)
        try:
            return _write(draft, stored, updated_by=updated_by, now=now)
        except TransactionCancelled:  # another import was faster: read again what is stored
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
            stored = read_stored([draft], directory)[0]
    raise EngineUnavailable("The order is being written from too many sides at once; try again shortly.")


def _conflicting_fields(draft: OrderDraft, existing: Item) -> list[str]:
    try:
        return disagreements(draft, order_from_row(existing))
    except BrokenOrder:
        return ["order"]


def _conflict(reference: str, fields: list[str]) -> OrderConflict:
    problems = [FieldProblem(field, "differs", f"{field} differs from the stored order.") for field in fields]
    return OrderConflict(f"Order {reference} exists with other content: {', '.join(fields)}.", problems=problems)


def _unchanged(existing: Item) -> ImportOutcome:
    return ImportOutcome(
        order_id=existing["orderID"],
        contact_id=effective_contact(str(existing.get("contactID", ""))),
        order_reference=str(existing.get("orderReference", "")),
        created=False,
        updated=False,
        contact_created=False,
    )


def _write(draft: OrderDraft, stored: Stored, *, updated_by: str, now: datetime) -> ImportOutcome:
    order_id = stored.order["orderID"] if stored.order else own_order_id(draft.order_reference)
    contact_id = stored.contact.contact_id
    known = replace(draft, customer=with_known_fields(draft.customer, stored.contact))
    row = order_row(draft=known, order_id=order_id, contact_id=contact_id, updated_by=updated_by, now=now)
    contact = contact_operation(match=stored.contact, customer=draft.customer, source=draft.source, now=now)
    if stored.order is None:
        order = put(row, condition=WebOrder.order_id.does_not_exist())
    else:
        order = order_replacement(row=row, draft=draft, existing=stored.order)
    transact([contact, order])
    return ImportOutcome(
        order_id=order_id,
        contact_id=effective_contact(contact_id),
        order_reference=draft.order_reference,
        created=stored.order is None,
        updated=stored.order is not None,
        contact_created=stored.contact.existing is None,
    )
