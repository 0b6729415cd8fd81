"""Stores new orders, each with its contact in one transaction; of many orders, as many in a transaction as it holds.

Orders that share a contact are in one transaction, or in several one after the other: what the first one tells of the
contact is known to the next. A transaction that is cancelled leaves its neighbours as they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final

from customers.importing.contacts import ContactChange, ContactMatch
from customers.importing.threads import in_threads
from customers.importing.versions import encoded, version_of
from orders.contact_aliases import effective_contact
from orders.order import OrderDraft
from orders.references import own_order_id
from orders.services import order_row
from orders.tables import WebOrder
from packprod.dynamodb.errors import RequestRefused, TransactionCancelled, refused_operations
from packprod.dynamodb.writes import MAX_OPERATIONS, Operation, put, transact

ATTEMPTS: Final = 3
MOST_CHARACTERS: Final = 700_000  # of a transaction, which may take 4 MB: four bytes each, and what stands around them
_MOST_PER_ORDER: Final = 4  # operations: the order, its contact, and two entries of the index of contacts


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one order; `contact_id` is the contact that stands for the stored one.

    `stale`: this is an earlier version, so nothing is changed. `kept` names the fields that the sender changed, and
    that stay as they are, since staff changed them, too. `written` is whether anything was written at all.
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


class NewOrders:
    """New orders that are stored in one transaction, with what it does to their contacts."""

    def __init__(self, *, updated_by: str, now: datetime) -> None:
        self.outcomes: list[ImportOutcome] = []
        self.characters = 0
        self.attempts = 0
        self._updated_by = updated_by
        self._now = now
        self._contacts: dict[str, ContactChange] = {}
        self._orders: list[Operation] = []

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
        self._orders.append(put(row, condition=WebOrder.order_id.does_not_exist()))
        self.characters += _characters(draft)
        self.outcomes.append(
            ImportOutcome(
                order_id=order_id,
                contact_id=effective_contact(match.contact_id),
                order_reference=draft.order_reference,
                created=True,
                updated=False,
                contact_created=is_new,
                written=True,
            )
        )

    @property
    def has_room(self) -> bool:
        """Whether one more order surely fits into the transaction."""
        operations = len(self._orders) + 3 * len(self._contacts)
        return operations + _MOST_PER_ORDER <= MAX_OPERATIONS and self.characters < MOST_CHARACTERS

    def operations(self) -> list[Operation]:
        """Contacts first, then orders."""
        return [one for contact in self._contacts.values() for one in contact.operations()] + self._orders

    def contacts(self) -> dict[str, ContactMatch]:
        """The contacts as they are once the transaction has been committed."""
        return {contact_id: contact.present for contact_id, contact in self._contacts.items()}


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
        if transaction and (operations > MAX_OPERATIONS or characters > MOST_CHARACTERS):
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
        transact(operations)
    except (TransactionCancelled, RequestRefused) as exc:
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
