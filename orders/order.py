"""An order as the business knows it, whoever wrote its row."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Customer:
    """Who ordered, as written on the order. Empty strings where nothing was said; the e-mail is case-folded."""

    name: str
    email: str
    company: str
    phone: str


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line."""

    product_code: str
    description: str
    quantity: Decimal
    unit_price: Decimal

    @property
    def line_total(self) -> Decimal:
        """quantity × unitPrice, exact."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Order:
    """One order; money in the business currency, instants in UTC.

    `stored_time` is createdAt as the row has it: what the table's own indexes sort by, whoever wrote it.
    """

    order_id: str
    order_reference: str
    contact_id: str
    created_at: datetime
    updated_at: str
    status: str
    currency: str
    customer: Customer
    items: tuple[OrderItem, ...]
    subtotal: Decimal
    tax: Decimal
    shipping: Decimal
    discount: Decimal
    total: Decimal
    source: str
    extra: dict[str, Any]
    imported_status: str
    stored_time: str
