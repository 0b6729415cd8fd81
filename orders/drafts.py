"""An order that was checked but not yet stored: what the import hands from validation to its transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One line of an order; `quantity` is in pieces, `unit_price` in the order's currency."""

    product_code: str
    description: str
    quantity: int
    unit_price: Decimal

    @property
    def line_total(self) -> Decimal:
        """quantity×unit_price, exact."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """Who ordered; what is not known is an empty string. `email` is trimmed and case-folded."""

    name: str
    email: str
    company: str
    phone: str


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """One valid order.

    `created_at` is aware UTC, `total` = subtotal + tax + shipping − discount within 0.01.
    `extra` holds the top-level keys that the contract does not know, as sent.
    `sent` names the known fields that the sender really sent, as the contract spells them (`createdAt`,
    `items`, `customer.name`): fields that are not in it were defaulted and say nothing about the order.
    """

    order_reference: str
    created_at: datetime
    status: str
    currency: str
    customer: CustomerDraft
    items: tuple[ItemDraft, ...]
    subtotal: Decimal
    tax: Decimal
    shipping: Decimal
    discount: Decimal
    total: Decimal
    source: str
    extra: dict[str, Any]
    sent: frozenset[str]
