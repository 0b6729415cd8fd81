"""Imports one checked order: finds or makes its contact and writes both tables in one transaction.

Idempotent by the business key: the orderID derives from client and reference, so however often and however
concurrently an order arrives there is one row, and a race is simply read again.
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings

from customers.contacts import ContactDirectory, ContactMatch, write_contact
from customers.importing.comparison import disagreements
from orders.drafts import OrderDraft
from orders.identity import derived_order_id
from orders.rows import order_from_row
from orders.selectors import find_by_reference
from orders.services import order_replacement, order_row
from orders.tables import WebOrder
from packprod.dynamodb.engine_errors import TransactionCancelled
from packprod.dynamodb.reads import Item
from packprod.dynamodb.transactions import transaction
from packprod.errors import BrokenOrder, EngineUnavailable, FieldProblem, OrderConflict

MAX_ATTEMPTS = 10
OnConflict = Literal["reject", "update"]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one order."""

    order_id: str
    contact_id: str
    order_reference: str
    created: bool
    updated: bool
    contact_created: bool


def order_import(
    *, draft: OrderDraft, on_conflict: OnConflict, directory: ContactDirectory, now: datetime
) -> ImportOutcome:
    """Stores the order, or finds that it is stored already.

    Raises OrderConflict naming the fields (unless `on_conflict` is "update"), EngineUnavailable.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        existing = find_by_reference(draft.order_reference)
        if existing is not None:
            fields = _conflicting_fields(draft, existing)
            if not fields:
                return _unchanged(existing)
            if on_conflict == "reject":
                raise _conflict(draft.order_reference, fields)
        try:
            return _write(draft, existing=existing, match=directory.find(draft.customer), now=now)
        except TransactionCancelled:  # somebody was faster: look again at what is there now
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
    raise EngineUnavailable("The order is being written from too many sides at once; try again shortly.")


def _conflicting_fields(draft: OrderDraft, existing: Item) -> list[str]:
    try:
        return disagreements(draft, order_from_row(existing))
    except BrokenOrder:
        return ["order"]


def _conflict(reference: str, fields: list[str]) -> OrderConflict:
    problems = [FieldProblem(field, "differs", f"{field} differs from the stored order.") for field in fields]
    return OrderConflict(
        f"Order {reference} exists with other content: {', '.join(fields)}. "
        "Send it with ?onConflict=update to replace it.",
        problems=problems,
    )


def _unchanged(existing: Item) -> ImportOutcome:
    return ImportOutcome(
        order_id=existing["orderID"],
        contact_id=str(existing.get("contactID", "")),
        order_reference=str(existing.get("orderReference", "")),
        created=False,
        updated=False,
        contact_created=False,
    )


def _write(draft: OrderDraft, *, existing: Item | None, match: ContactMatch, now: datetime) -> ImportOutcome:
    order_id = existing["orderID"] if existing else _new_id(draft)
    with transaction(WebOrder) as write:
        write_contact(write, match=match, customer=draft.customer, source=draft.source, now=now)
        row = order_row(draft=draft, order_id=order_id, contact_id=match.contact_id, now=now)
        if existing is None:
            write.save(row, condition=WebOrder.order_id.does_not_exist())
        else:
            actions, unmoved = order_replacement(row=row, draft=draft, existing=existing)
            write.update(WebOrder(order_id), actions=actions, condition=unmoved)
    return ImportOutcome(
        order_id=order_id,
        contact_id=match.contact_id,
        order_reference=draft.order_reference,
        created=existing is None,
        updated=existing is not None,
        contact_created=match.existing is None,
    )


def _new_id(draft: OrderDraft) -> str:
    return derived_order_id(client_id=settings.PACKPROD_CLIENT_ID, order_reference=draft.order_reference)
