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

from customers.importing.comparison import Comparison, Replacement, mending
from customers.importing.contacts import ContactDirectory, ContactMatch, contact_operation, with_known_fields
from customers.importing.versions import SentVersions, encoded, sent_versions, version_of
from orders.contact_aliases import effective_contact
from orders.order import Order, OrderDraft
from orders.references import find_by_references, own_order_id
from orders.rows import order_from_row, stored_reference
from orders.services import order_replacement, order_row, order_sent_again
from orders.tables import WebOrder
from packprod.dynamodb.errors import ConditionFailed
from packprod.dynamodb.reads import Item
from packprod.dynamodb.writes import Operation, put, transact, write
from packprod.errors import BrokenOrder, EngineUnavailable, FieldProblem, OrderConflict

MAX_ATTEMPTS = 10
OnConflict = Literal["reject", "update"]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one order; `contact_id` is the contact that stands for the stored one.

    `stale`: this is an earlier version, so nothing is changed. `kept` names the fields that the sender changed, and
    that stay as they are, since staff changed them, too.
    """

    order_id: str
    contact_id: str
    order_reference: str
    created: bool
    updated: bool
    contact_created: bool
    stale: bool = False
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What is already stored for one draft: its order, if any, and its contact."""

    order: Item | None
    contact: ContactMatch


def read_stored(drafts: Sequence[OrderDraft], directory: ContactDirectory) -> list[Stored]:
    """What is stored for each draft, in a few batched reads for all of them. Raises EngineUnavailable."""
    former = {draft.order_reference: draft.former_reference for draft in drafts if draft.former_reference}
    orders = find_by_references([draft.order_reference for draft in drafts], former)
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
        try:
            if stored.order is None:
                return _create(draft, stored.contact, updated_by=updated_by, now=now)
            arrival = _Arrival(draft, stored.order, stored.contact, updated_by, now)
            return arrival.settle(on_conflict)
        except ConditionFailed:  # somebody else was faster: read again what is stored
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
            stored = read_stored([draft], directory)[0]
    raise EngineUnavailable("The order is being written from too many sides at once; try again shortly.")


def _create(draft: OrderDraft, contact: ContactMatch, *, updated_by: str, now: datetime) -> ImportOutcome:
    order_id = own_order_id(draft.order_reference)
    row = order_row(
        draft=replace(draft, customer=with_known_fields(draft.customer, contact)),
        order_id=order_id,
        contact_id=contact.contact_id,
        sent_versions=encoded([version_of(draft)]),
        updated_by=updated_by,
        now=now,
    )
    transact(
        [
            contact_operation(match=contact, customer=draft.customer, source=draft.source, now=now),
            put(row, condition=WebOrder.order_id.does_not_exist()),
        ]
    )
    return ImportOutcome(
        order_id=order_id,
        contact_id=effective_contact(contact.contact_id),
        order_reference=draft.order_reference,
        created=True,
        updated=False,
        contact_created=contact.existing is None,
    )


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An order that arrives again: its draft, the stored row, and the contact of the draft's customer."""

    draft: OrderDraft
    item: Item
    contact: ContactMatch
    updated_by: str
    now: datetime

    def settle(self, on_conflict: OnConflict) -> ImportOutcome:
        """Replaces the stored order if this is a later version of it. Raises OrderConflict, ConditionFailed."""
        order = _order_in(self.item)
        versions = sent_versions(self.item, order)
        if versions.is_outdated(self.draft):
            return self._unchanged(stale=True)
        comparison = Comparison(self.draft, order, versions) if order else None
        differing = comparison.differing() if comparison else ["order"]
        if comparison and not differing:
            return self._same(comparison, versions)
        if on_conflict == "reject":
            raise _conflict(self.draft.order_reference, differing)
        version = comparison.sent if comparison else version_of(self.draft)
        if versions.is_late_copy(self.draft, version):
            return self._unchanged(stale=True)
        if comparison is None:
            replacement, following = mending(self.draft, self.item, versions), versions.followed_by(version)
        else:
            replacement = comparison.replacement(differing)
            following = versions.followed_by(comparison.next_version(differing), before=comparison.known_last)
        return self._replace(order, replacement, following)

    def _same(self, comparison: Comparison, versions: SentVersions) -> ImportOutcome:
        """Changes nothing. A field that agrees with what staff made of it is what was sent last from now on."""
        version = comparison.next_version()
        if version != comparison.known_last or versions.is_before(self.draft):
            self._remember(versions.followed_by(version, before=comparison.known_last))
        return self._unchanged()

    def _remember(self, versions: bytes) -> None:
        write(order_sent_again(existing=self.item, sent_versions=versions, sent_updated_at=self.draft.updated_at))

    def _replace(self, order: Order | None, replacement: Replacement, versions: bytes) -> ImportOutcome:
        if not replacement.changed:
            self._remember(versions)
            return self._unchanged(kept=replacement.kept)
        contact_id = self.contact.contact_id if replacement.another_customer else self.item["contactID"]
        operations, changed, content = [], set(replacement.changed), replacement.content
        if contact_id == self.contact.contact_id:
            operations.append(self._contact_operation())
            content = replace(content, customer=with_known_fields(content.customer, self.contact))
        if contact_id != self.item.get("contactID"):
            changed |= {"contactID"}
        if order is None or content.customer != order.customer:
            changed |= {"customer"}
        row = order_row(
            draft=content,
            order_id=self.item["orderID"],
            contact_id=contact_id,
            sent_versions=versions,
            updated_by=self.updated_by,
            now=self.now,
        )
        transact([*operations, order_replacement(row=row, changed=changed, existing=self.item)])
        return ImportOutcome(
            order_id=self.item["orderID"],
            contact_id=effective_contact(contact_id),
            order_reference=self.draft.order_reference,
            created=False,
            updated=True,
            contact_created=bool(operations) and self.contact.existing is None,
            kept=replacement.kept,
        )

    def _contact_operation(self) -> Operation:
        return contact_operation(
            match=self.contact, customer=self.draft.customer, source=self.draft.source, now=self.now
        )

    def _unchanged(self, *, stale: bool = False, kept: tuple[str, ...] = ()) -> ImportOutcome:
        return ImportOutcome(
            order_id=self.item["orderID"],
            contact_id=effective_contact(str(self.item.get("contactID", ""))),
            order_reference=stored_reference(self.item),
            created=False,
            updated=False,
            contact_created=False,
            stale=stale,
            kept=kept,
        )


def _order_in(item: Item) -> Order | None:
    try:
        return order_from_row(item)
    except BrokenOrder:
        return None


def _conflict(reference: str, fields: list[str]) -> OrderConflict:
    problems = [FieldProblem(field, "differs", f"{field} differs from the stored order.") for field in fields]
    return OrderConflict(f"Order {reference} exists with other content: {', '.join(fields)}.", problems=problems)
