"""Compares an order that arrives again with the stored one: they are the same if every sent field agrees."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from orders.order import Order, OrderDraft, OrderItem


def disagreements(draft: OrderDraft, stored: Order) -> list[str]:
    """The names of the sent fields whose stored value differs, in the contract's spelling.

    A status agrees with what is stored or with what was first imported: staff may have moved it on since.
    """
    return [name for name, sent, kept in _pairs(draft, stored) if name in draft.sent and sent not in kept] + [
        f"extra.{key}" for key, value in draft.extra.items() if stored.extra.get(key) != value
    ]


def _pairs(draft: OrderDraft, stored: Order) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    yield "createdAt", draft.created_at, (stored.created_at,)
    yield "status", draft.status, (stored.status, stored.imported_status)
    yield "currency", draft.currency, (stored.currency,)
    yield "source", draft.source, (stored.source,)
    yield "items", _lines(draft.items), (_lines(_as_sent(stored.items, draft.items)),)
    for name in ("name", "email", "company", "phone"):
        yield f"customer.{name}", getattr(draft.customer, name), (getattr(stored.customer, name),)
    for name in ("tax", "shipping", "discount", "total"):
        yield name, getattr(draft, name), (getattr(stored, name),)


def _as_sent(stored: Sequence[OrderItem], sent: Sequence[OrderItem]) -> list[OrderItem]:
    """The stored lines without the descriptions that were not sent."""
    pairs = zip_longest(stored, sent[: len(stored)])
    return [line if other is None or other.description else replace(line, description="") for line, other in pairs]


def _lines(items: Any) -> list[tuple[Any, ...]]:
    return [(item.product_code, item.description, item.quantity, item.unit_price) for item in items]
