"""An order as it is stored, whoever wrote its row; and the draft of an order, checked but not stored yet."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from packprod.money import cents


@dataclass(frozen=True, slots=True)
class OrderCustomer:
    """Who ordered, as written on the order; an unknown field is an empty string.

    `email` is as it is compared (`packprod.text.normal_email`); `typed_email` is as it was typed, where that differs by
    more than its case.
    """

    name: str
    email: str
    company: str
    phone: str
    typed_email: str = ""


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line; `quantity` has at most 3 decimals, `unit_price`, in the order's currency, at most 4."""

    product_code: str
    description: str
    quantity: Decimal
    unit_price: Decimal

    @property
    def line_total(self) -> Decimal:
        """quantity × unitPrice, rounded half up to the cent."""
        return cents(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class Order:
    """One order; money in the business currency, instants in UTC.

    `contact_id` is the contact that stands for the stored one by now (`orders.contact_aliases`).
    `stored_time` is createdAt as the row has it: what the table's own indexes sort by, whoever wrote it.
    `odd` names what is odd about it, in the order of `orders.oddities.ODDITIES`.
    `stored_reference` is orderReference as the row has it; `order_reference` is normalised.
    """

    order_id: str
    order_reference: str
    contact_id: str
    created_at: datetime
    updated_at: str
    status: str
    currency: str
    customer: OrderCustomer
    items: tuple[OrderItem, ...]
    subtotal: Decimal
    tax: Decimal
    shipping: Decimal
    discount: Decimal
    total: Decimal
    source: str
    extra: dict[str, Any]
    stored_time: str
    odd: tuple[str, ...]
    stored_reference: str = ""


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order that was checked but is not stored yet.

    `created_at` is aware UTC; `total` differs from subtotal + tax + shipping − discount by at most 0.01 a line.
    `extra` holds the unknown top-level keys, as sent.
    `sent` names the known fields that were sent, in the contract's spelling (`createdAt`, `items`, `customer.name`).
    A field that is not in it has a default value, which says nothing about the order.
    `updated_at` is the sender's own time of this version of the order (aware UTC), if it gave one.
    `former_reference` is the reference as earlier versions of the product stored it, where they did not normalise it.
    """

    order_reference: str
    created_at: datetime
    status: str
    currency: str
    customer: OrderCustomer
    items: tuple[OrderItem, ...]
    subtotal: Decimal
    tax: Decimal
    shipping: Decimal
    discount: Decimal
    total: Decimal
    source: str
    extra: dict[str, Any]
    sent: frozenset[str]
    updated_at: datetime | None = None
    former_reference: str = ""
