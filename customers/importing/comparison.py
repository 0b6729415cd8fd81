"""Compares an order that arrives again with the stored one and with what its sender sent last (docs/adr/0032).

They are the same if every sent field agrees with one of the two. A replacement changes what the sender changed since it
last sent; everything else stays as it is stored, whoever changed it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from customers.importing.drafts import fits
from customers.importing.limits import MAX_MONEY
from customers.importing.versions import (
    ADDS_UP,
    CUSTOMER,
    FIELDS,
    MONEY_PARTS,
    UNKNOWN,
    SentVersions,
    Version,
    status_digest,
    version_of,
)
from orders.order import Order, OrderCustomer, OrderDraft, OrderItem
from orders.rows import has_time
from orders.statuses import CANCELLED, ORDER_STATUSES, is_counted
from packprod.dynamodb.reads import Item

_MONEY: Final = ("items", "subtotal", "tax", "shipping", "discount", "total")
_ALL: Final = {"orderReference", "contactID", "createdAt", "status", "currency", "customer", "source", "extra", *_MONEY}


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a stored order becomes: the whole content, and the attributes of its row that change.

    `kept` names the fields that the sender changed, and that stay nevertheless, as staff changed them, too.
    `another_customer` is whether the sender says that somebody else ordered.
    """

    content: OrderDraft
    changed: frozenset[str]
    kept: tuple[str, ...]
    another_customer: bool


class Comparison:
    """A draft beside the stored order and what was sent last: `differing` says whether it is another order, then
    `replacement` what to make of it, and `next_version` what was sent last from then on."""

    def __init__(self, draft: OrderDraft, stored: Order, versions: SentVersions) -> None:
        self.draft = draft
        self.stored = stored
        self.sent = version_of(draft)
        self._kept = version_of(stored)
        self._last = versions.last
        self.known_last = versions.known_last(self._kept)
        if not versions.recorded and draft.customer.email.casefold() == stored.customer.email.casefold():
            self.sent["customer.email"] = self._kept["customer.email"]  # as addresses were compared at that time

    def differing(self) -> list[str]:
        """The names of the sent fields that agree neither with what is stored nor with what was sent last."""
        return [name for name in FIELDS if name in self.draft.sent and not self._agrees(name)]

    def _agrees(self, name: str) -> bool:
        if name == "total" and self.draft.total == self.stored.total:
            return True
        known = self.sent[name] in (self._kept[name], self._last[name])
        if name == "total" and self.sent[name] == ADDS_UP:  # the same where the rest is, however its lines are rounded
            return known and all(map(self._agrees, MONEY_PARTS))
        return known

    def next_version(self, new: Collection[str] = ()) -> Version:
        """The version to remember: each field as it was sent last; `new` names those that this draft changed."""
        sent = self.draft.sent.intersection(FIELDS)
        if not sent.isdisjoint(MONEY_PARTS) and not set(new).isdisjoint(MONEY_PARTS):
            sent |= {"total"}  # the total that was not sent is what the others make
        return self.known_last | {name: self.sent[name] for name in sent}

    def replacement(self, new: Collection[str]) -> Replacement:
        """The stored order with the fields `new` (those of `differing`) as they were sent."""
        stays = "status" in new and status_stays(self.draft.status, self.stored.status, self._last["status"])
        taken = frozenset(new) - ({"status"} if stays else set())
        content, changed = self._with_money(taken)
        content = replace(
            content,
            created_at=self._one(taken, "createdAt", "created_at"),
            status=self._one(taken, "status", "status"),
            source=self._one(taken, "source", "source"),
            customer=self._customer(taken),
        )
        changed |= taken.intersection(("createdAt", "status", "source"))
        changed |= set() if taken.isdisjoint(CUSTOMER) else {"customer"}
        if changed:
            content = self._with_extra(content)
            changed |= set() if content.extra == self.stored.extra else {"extra"}
        kept = [name for name, lost in (("status", stays), ("total", self._total_stays(taken, content))) if lost]
        identity = "customer.email" if content.customer.email else "customer.phone"
        return Replacement(content, frozenset(changed), tuple(kept), another_customer=identity in taken)

    def _one(self, taken: Collection[str], name: str, attribute: str) -> Any:
        return getattr(self.draft if name in taken else self.stored, attribute)

    def _customer(self, taken: Collection[str]) -> OrderCustomer:
        new = {name.partition(".")[2] for name in CUSTOMER if name in taken}
        new |= {"typed_email"} if "email" in new else set()
        return replace(self.stored.customer, **{name: getattr(self.draft.customer, name) for name in new})

    def _with_money(self, taken: Collection[str]) -> tuple[OrderDraft, set[str]]:
        """The draft with the money that the order is to have, and the names of the amounts that change.

        A total that was sent goes with the money that was sent with it. Where staff changed some of that, the total is
        what the parts make.
        """
        parts = {part: self._one(taken, part, part) for part in MONEY_PARTS}
        if set(taken).isdisjoint((*MONEY_PARTS, "total")):
            return replace(self.draft, **parts, subtotal=self.stored.subtotal, total=self.stored.total), set()
        if "items" in taken:
            parts["items"] = _described(self.draft.items, self.stored.items)
        if self._is_whole(taken):
            content = replace(self.draft, items=parts["items"])
        else:
            content = _added_up(replace(self.draft, **parts))
            if not 0 <= content.total <= MAX_MONEY:  # the parts together make no order: what was sent does
                content, taken = self.draft, {*taken, *MONEY_PARTS}
        changed = {name for name in _MONEY if name != "items" and getattr(content, name) != getattr(self.stored, name)}
        return content, changed | ({"items"} if "items" in taken else set())

    def _is_whole(self, taken: Collection[str]) -> bool:
        sent = self.draft.sent.intersection(MONEY_PARTS)
        return "total" in self.draft.sent and all(part in taken or self.sent[part] == self._kept[part] for part in sent)

    def _total_stays(self, taken: Collection[str], content: OrderDraft) -> bool:
        return "total" in taken and content.total != self.draft.total

    def _with_extra(self, content: OrderDraft) -> OrderDraft:
        """Further keys are added to the stored ones, as long as the row can hold them all."""
        stored = {key: value for key, value in self.stored.extra.items() if key != "updatedAt"}
        for extra in (stored | self.draft.extra, self.draft.extra):
            if fits(replace(content, extra=extra)):
                return replace(content, extra=extra)
        return replace(content, extra=self.stored.extra)


def mending(draft: OrderDraft, item: Item, versions: SentVersions) -> Replacement:
    """What a row becomes that cannot be read as an order: the draft, but for what was not sent and can be read."""
    kept = {name for name in ("createdAt", "status", "source") if name not in draft.sent and _is_usable(item, name)}
    status = item.get("status")
    new = "status" in draft.sent and status_digest(draft.status) != versions.last["status"]
    if "status" in draft.sent and isinstance(status, str):
        stays = status_stays(draft.status, status.strip().lower(), versions.last["status"])
        kept |= {"status"} if stays else set()
    fought = ("status",) if new and "status" in kept else ()
    return Replacement(draft, frozenset(_ALL - kept), fought, another_customer=True)


def _is_usable(item: Item, name: str) -> bool:
    return has_time(item) if name == "createdAt" else isinstance(item.get(name), str)


def status_stays(sent: str, stored: str, last: bytes) -> bool:
    """Whether the stored status stays against the one that was sent; `last` is the digest of the one sent last.

    It stays if the sender did not change it. If others changed it, too, or it is not known what was sent last, then the
    one that is further along stays: no order that is refunded or cancelled counts again.
    """
    if status_digest(sent) == last:
        return True
    return (last == UNKNOWN or status_digest(stored) != last) and _progress(sent) <= _progress(stored)


def _progress(status: str) -> int:
    """How far along a status is, in the order of ORDER_STATUSES: cancelled and refunded are the end."""
    if status in ORDER_STATUSES:
        return ORDER_STATUSES.index(status)
    return -1 if is_counted(status) else ORDER_STATUSES.index(CANCELLED)


def _added_up(content: OrderDraft) -> OrderDraft:
    subtotal = sum((item.line_total for item in content.items), Decimal(0))
    total = subtotal + content.tax + content.shipping - content.discount
    return replace(content, subtotal=subtotal, total=total)


def _described(sent: tuple[OrderItem, ...], stored: tuple[OrderItem, ...]) -> tuple[OrderItem, ...]:
    """The lines sent; one without a description has that of its product in the stored order."""
    known = {item.product_code: item.description for item in stored}
    return tuple(
        item if item.description else replace(item, description=known.get(item.product_code, "")) for item in sent
    )
