"""Stores new orders, each with its contact in one transaction; of many orders, as many in a transaction as it holds.

Orders that share a contact are in one transaction, or in several one after the other: what the first one tells of the
contact is known to the next. A transaction that is cancelled leaves its neighbours as they are.

A contact that stays as it is has no part in the transaction; `assumed_contacts` looks afterwards whether it was there.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final

from pynamodb.expressions.condition import Condition, Or

from customers.importing.contacts import ContactChange, ContactMatch
from customers.importing.threads import in_threads
from customers.importing.versions import encoded, version_of
from orders.contact_aliases import effective_contact
from orders.order import OrderDraft
from orders.references import own_order_id
from orders.services import order_row
from orders.tables import WebOrder
from packprod.dynamodb.errors import ConditionFailed, RequestRefused, refused_operations
from packprod.dynamodb.writes import Operation, put, transact, write

ATTEMPTS: Final = 3
# Of a transaction: 20 orders, or ten with new contacts. The engine takes 1.6 ms of CPU to put an order alone, 4.3 with
# a new contact; for each of ten in a transaction 1.2 and 1.5, of 20 1.0. But everybody else waits until it is done.
MOST_OPERATIONS: Final = 20
# Of a transaction, about. The engine takes 4 MB, but needs seconds for that; ten usual orders have 25,000.
MOST_CHARACTERS: Final = 200_000
_MOST_PER_ORDER: Final = 4  # operations: the order, its contact, and two entries of the index of contacts
_FEW_OPERATIONS: Final = 8
_large_in_flight = threading.BoundedSemaphore(2)  # of this process: the embedded engine commits one after the other


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one order; `contact_id` is the contact that stands for the stored one.

    `stale`: this is an earlier version, so nothing is changed. `kept` names the fields that the sender changed, and
    that stay as they are, since staff changed them, too. `written` is whether anything was written at all;
    `assumed_contact` is the stored contact, where the transaction did not see to it that there is one.
    """

    order_id: str
    contact_id: str
    order_reference: str
    created: bool
    updated: bool
    contact_created: bool
    stale: bool = False
    kept: tuple[str, ...] = ()
    written: bool = field(default=False, compare=False)
    assumed_contact: str = field(default="", compare=False)


class NewOrders:
    """New orders that are stored in one transaction, with what it does to their contacts."""

    def __init__(self, *, updated_by: str, now: datetime) -> None:
        self.characters = 0
        self.attempts = 0
        self._updated_by = updated_by
        self._now = now
        self._contacts: dict[str, ContactChange] = {}
        self._orders: list[Operation] = []
        self._outcomes: list[tuple[ContactChange, ImportOutcome]] = []

    def add(self, draft: OrderDraft, match: ContactMatch) -> None:
        """Adds an order of a contact as it is stored; what was added before is known to the next order of it."""
        contact = self._contacts.setdefault(match.contact_id, ContactChange(match, now=self._now))
        is_new = contact.present.existing is None
        customer = contact.take_in(draft.customer, source=draft.source)
        order_id = own_order_id(draft.order_reference)
        row = order_row(
            draft=replace(draft, customer=customer),
            order_id=order_id,
            contact_id=match.contact_id,
            sent_versions=encoded([version_of(draft)]),
            updated_by=self._updated_by,
            now=self._now,
        )
        self._orders.append(put(row, condition=_is_new_or_this(row)))
        self.characters += _characters(draft)
        outcome = ImportOutcome(
            order_id=order_id,
            contact_id=effective_contact(match.contact_id),
            order_reference=draft.order_reference,
            created=True,
            updated=False,
            contact_created=is_new,
            written=True,
        )
        self._outcomes.append((contact, outcome))

    @property
    def has_room(self) -> bool:
        """Whether one more order surely fits into the transaction."""
        operations = len(self._orders) + sum(1 if one.is_unchanged else 3 for one in self._contacts.values())
        return operations + _MOST_PER_ORDER <= MOST_OPERATIONS and self.characters < MOST_CHARACTERS

    def operations(self) -> list[Operation]:
        """Contacts first, those that change, then orders."""
        changed = (contact for contact in self._contacts.values() if not contact.is_unchanged)
        return [one for contact in changed for one in contact.operations()] + self._orders

    @property
    def outcomes(self) -> list[ImportOutcome]:
        """What becomes of the orders, in the order in which they were added, once the transaction is committed."""
        return [
            replace(one, assumed_contact=contact.match.contact_id) if contact.is_unchanged else one
            for contact, one in self._outcomes
        ]

    def contacts(self) -> dict[str, ContactMatch]:
        """The contacts as they are once the transaction has been committed."""
        return {contact_id: contact.present for contact_id, contact in self._contacts.items()}


def _is_new_or_this(row: WebOrder) -> Condition:
    """The condition that there is no such order. Or that this very row is there, as after an answer that was lost: a
    put alone, unlike a transaction, has no token by which the engine knows what it has done."""
    absent: Condition = WebOrder.order_id.does_not_exist()
    return Or(absent, WebOrder.update_id == row.update_id)


def commit(operations: Sequence[Operation]) -> None:
    """Writes all of them or none; a single one without a transaction, which takes the engine three times as long.

    Raises ConditionFailed (TransactionCancelled where there are several), RequestRefused, EngineUnavailable.
    """
    if len(operations) == 1:
        write(operations[0])
    else:
        transact(operations)


def _characters(draft: OrderDraft) -> int:
    """About how many characters an order's row has; more rather than fewer."""
    lines = sum(150 + len(item.product_code) + len(item.description) for item in draft.items)
    return 1_500 + lines + (len(repr(draft.extra)) if draft.extra else 0)


@dataclass(slots=True)
class _Group:
    """The positions of orders that share contacts or references, in the order sent; `attempts` that were cancelled."""

    positions: list[int]
    attempts: int = 0
    waiting: bool = True


@dataclass(slots=True)
class _Share:
    """The orders of one group that go into the next transaction."""

    group: _Group
    positions: list[int]
    orders: NewOrders
    operations: list[Operation]


def orders_create(
    *,
    groups: Sequence[Sequence[int]],
    drafts: Mapping[int, OrderDraft],
    new: Mapping[int, ContactMatch],
    updated_by: str,
    now: datetime,
) -> dict[int, ImportOutcome]:
    """Stores the orders at the start of each group that are new; returns their outcomes by position.

    `groups` has the positions of orders that share a contact or a reference, in the order sent, `new` the contact of
    each order that is not stored. What follows in a group an order that is not new, or could not be stored like this,
    is left out: it is to be imported one by one, in its turn. Raises EngineUnavailable.
    """
    done: dict[int, ImportOutcome] = {}
    contacts: dict[str, ContactMatch] = {}
    waiting = [_Group(list(positions)) for positions in groups]
    while waiting := [group for group in waiting if group.waiting and group.positions]:
        shares = [_share(group, drafts, new, contacts, updated_by=updated_by, now=now) for group in waiting]
        transactions = list(_packed([share for share in shares if share.positions]))
        for stored in in_threads([partial(_store, transaction) for transaction in transactions]):
            for share in stored:
                done |= dict(zip(share.positions, share.orders.outcomes, strict=True))
                contacts |= share.orders.contacts()
                share.group.positions = share.group.positions[len(share.positions) :]
    return done


def _share(
    group: _Group,
    drafts: Mapping[int, OrderDraft],
    new: Mapping[int, ContactMatch],
    contacts: Mapping[str, ContactMatch],
    *,
    updated_by: str,
    now: datetime,
) -> _Share:
    """The orders at the start of a group that are new, as many as fit; with none, the group waits no longer."""
    orders, taken, references = NewOrders(updated_by=updated_by, now=now), list[int](), set[str]()
    for position in group.positions:
        draft, match = drafts[position], new.get(position)
        if match is None or draft.order_reference in references or not orders.has_room:
            break
        orders.add(draft, contacts.get(match.contact_id, match))
        taken.append(position)
        references.add(draft.order_reference)
    group.waiting = bool(taken)
    return _Share(group, taken, orders, orders.operations())


def _packed(shares: Sequence[_Share]) -> Iterator[list[_Share]]:
    """The shares of each transaction."""
    transaction: list[_Share] = []
    operations = characters = 0
    for share in shares:
        operations += len(share.operations)
        characters += share.orders.characters
        if transaction and (operations > MOST_OPERATIONS or characters > MOST_CHARACTERS):
            yield transaction
            transaction, operations, characters = [], len(share.operations), share.orders.characters
        transaction.append(share)
    if transaction:
        yield transaction


def _store(transaction: Sequence[_Share]) -> Sequence[_Share]:
    """Commits a transaction; returns its shares if they were stored. A group that cancelled it is given up, its
    neighbours are tried again."""
    operations = [operation for share in transaction for operation in share.operations]
    try:
        with nullcontext() if len(operations) <= _FEW_OPERATIONS else _large_in_flight:
            commit(operations)
    except (ConditionFailed, RequestRefused) as exc:
        refused = refused_operations(exc)
        at = 0
        for share in transaction:
            end = at + len(share.operations)
            share.group.attempts += 1
            is_to_blame = not refused or not refused.isdisjoint(range(at, end))
            share.group.waiting = not is_to_blame and share.group.attempts < ATTEMPTS
            at = end
        return ()
    return transaction
