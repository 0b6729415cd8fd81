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
from customers.importing.contacts import (
    ContactDirectory,
    ContactMatch,
    Keys,
    contact_operations,
    read_together,
    with_known_fields,
)
from customers.importing.creation import ImportOutcome, NewOrders, commit
from customers.importing.versions import SentVersions, sent_versions, version_of
from orders.contact_aliases import ContactAlias, aliases_known_from, aliases_version_key, effective_contact
from orders.order import Order, OrderDraft
from orders.references import find_by_references, ids_by_references
from orders.rows import order_from_row, stored_reference
from orders.services import order_replacement, order_row, order_sent_again
from orders.tables import WebOrder
from packprod.dynamodb.errors import ConditionFailed
from packprod.dynamodb.reads import Item
from packprod.dynamodb.writes import Operation, transact, write
from packprod.errors import BrokenOrder, EngineUnavailable, FieldProblem, OrderConflict

MAX_ATTEMPTS = 10
OnConflict = Literal["reject", "update"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What is already stored for one draft: its order, if any, and its contact. Whose an order is that is stored
    already is looked up only where that is needed; it is None until then."""

    order: Item | None
    contact: ContactMatch | None


def read_stored(drafts: Sequence[OrderDraft], directory: ContactDirectory) -> list[Stored]:
    """What is stored for each draft: one batch read, and further ones only for contacts that are not found under an id
    that derives from the customer. Raises EngineUnavailable."""
    began = time.monotonic()
    references = [draft.order_reference for draft in drafts]
    former = {draft.order_reference: draft.former_reference for draft in drafts if draft.former_reference}
    customers = [draft.customer for draft in drafts]
    ids = ids_by_references(references, former)
    keys: Keys = {WebOrder: [(one,) for one in ids], ContactAlias: [aliases_version_key()]}
    found = read_together(keys | directory.keys(customers))
    if ContactAlias in found:
        aliases_known_from(next(iter(found[ContactAlias]), None))
    orders = find_by_references(references, former, found[WebOrder])
    contacts = dict(enumerate(directory.match_known(customers, found)))
    new = [at for at, one in enumerate(references) if one not in orders and contacts[at] is None]
    if new:
        contacts |= zip(new, directory.match([customers[at] for at in new], found, since=began), strict=True)
    return [Stored(orders.get(reference), contacts[at]) for at, reference in enumerate(references)]


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
                match = stored.contact or directory.find([draft.customer])[0]
                return _create(draft, match, updated_by=updated_by, now=now)
            arrival = _Arrival(draft, stored.order, stored.contact, directory, updated_by, now)
            return arrival.settle(on_conflict)
        except ConditionFailed:  # somebody else was faster: read again what is stored
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
            stored = read_stored([draft], directory)[0]
    raise EngineUnavailable("The order is being written from too many sides at once; try again shortly.")


def _create(draft: OrderDraft, contact: ContactMatch, *, updated_by: str, now: datetime) -> ImportOutcome:
    orders = NewOrders(updated_by=updated_by, now=now)
    orders.add(draft, contact)
    commit(orders.operations())
    return orders.outcomes[0]


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An order that arrives again: its draft, the stored row, and, if known, the contact of the draft's customer."""

    draft: OrderDraft
    item: Item
    known_contact: ContactMatch | None
    directory: ContactDirectory
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
        is_new = version != comparison.known_last or versions.is_before(self.draft)
        if is_new:
            self._remember(versions.followed_by(version, before=comparison.known_last))
        return self._unchanged(written=is_new)

    def _remember(self, versions: bytes) -> None:
        write(order_sent_again(existing=self.item, sent_versions=versions, sent_updated_at=self.draft.updated_at))

    def _replace(self, order: Order | None, replacement: Replacement, versions: bytes) -> ImportOutcome:
        if not replacement.changed:
            self._remember(versions)
            return self._unchanged(kept=replacement.kept, written=True)
        contact = self.known_contact or self.directory.find([self.draft.customer])[0]
        contact_id = contact.contact_id if replacement.another_customer else self.item["contactID"]
        operations, changed, content = list[Operation](), set(replacement.changed), replacement.content
        if contact_id == contact.contact_id:
            operations += self._contact_operations(contact)
            content = replace(content, customer=with_known_fields(content.customer, contact))
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
            contact_created=bool(operations) and contact.existing is None,
            kept=replacement.kept,
            written=True,
        )

    def _contact_operations(self, contact: ContactMatch) -> list[Operation]:
        return contact_operations(match=contact, customer=self.draft.customer, source=self.draft.source, now=self.now)

    def _unchanged(self, *, stale: bool = False, kept: tuple[str, ...] = (), written: bool = False) -> ImportOutcome:
        return ImportOutcome(
            order_id=self.item["orderID"],
            contact_id=effective_contact(str(self.item.get("contactID", ""))),
            order_reference=stored_reference(self.item),
            created=False,
            updated=False,
            contact_created=False,
            stale=stale,
            kept=kept,
            written=written,
        )


def _order_in(item: Item) -> Order | None:
    try:
        return order_from_row(item)
    except BrokenOrder:
        return None


def _conflict(reference: str, fields: list[str]) -> OrderConflict:
    problems = [FieldProblem(field, "differs", f"{field} differs from the stored order.") for field in fields]
    return OrderConflict(f"Order {reference} exists with other content: {', '.join(fields)}.", problems=problems)
